import Testing

@Suite struct JSONRoom {}
