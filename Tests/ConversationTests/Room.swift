import Testing

@Suite struct ConversationRoom {}
