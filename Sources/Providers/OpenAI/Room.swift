enum OpenAIRoom {}
