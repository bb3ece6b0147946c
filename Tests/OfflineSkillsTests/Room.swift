import Testing

@Suite struct OfflineSkillsRoom {}
