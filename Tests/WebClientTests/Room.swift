import Testing

@Suite struct WebClientRoom {}
