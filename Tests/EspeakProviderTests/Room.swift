import Testing

@Suite struct EspeakProviderRoom {}
