import Testing

@Suite struct OpenAIProviderRoom {}
