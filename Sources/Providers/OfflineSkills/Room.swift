enum OfflineSkillsRoom {}
