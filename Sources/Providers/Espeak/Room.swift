enum EspeakRoom {}
