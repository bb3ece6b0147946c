import Testing

@Suite struct InferenceRoom {}
