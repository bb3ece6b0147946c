enum AudioRoom {}
