import Testing

@Suite struct EndToEndRoom {}
