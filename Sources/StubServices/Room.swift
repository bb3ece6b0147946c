enum StubServicesRoom {}
