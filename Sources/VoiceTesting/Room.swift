enum VoiceTestingRoom {}
