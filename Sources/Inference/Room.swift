enum InferenceRoom {}
