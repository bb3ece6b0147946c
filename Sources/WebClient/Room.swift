enum WebClientRoom {}
