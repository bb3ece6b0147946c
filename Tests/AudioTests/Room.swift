import Testing

@Suite struct AudioRoom {}
