import Testing

@Suite struct SettingsRoom {}
