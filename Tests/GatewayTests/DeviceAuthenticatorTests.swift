import Gateway
import Testing

@Suite struct DeviceAuthenticatorTests {
    let authenticator = DeviceAuthenticator(
        key: "secret key", isEnabled: true, allowedDevices: ["friend"], lifetimeSeconds: 3600)
    let token = "lurhRfl3oPQTJ0ta5Mhk59RYyTGYg5vuXfQm_C__vdA.1700000000"
    let device = "AA:bb:cc:dd:ee:ff"

    @Test func `a token is the reference server's, made with another HMAC`() {
        #expect(authenticator.mint(deviceID: device, clientID: "uuid-1", now: 1_700_000_000) == token)
    }

    @Test(arguments: ["Bearer ", "bearer ", ""]) func `Bearer may be left out`(prefix: String) throws {
        try authenticator.check(
            authorization: prefix + token, deviceID: device, clientID: "uuid-1", now: 1_700_003_600)
    }

    @Test func `a token dies with its last second`() {
        #expect(throws: DeviceAuthenticator.Refusal.expired) {
            try authenticator.check(authorization: token, deviceID: device, clientID: "uuid-1", now: 1_700_003_601)
        }
    }

    @Test func `unless the owner limits it, a token lets a board in that has not asked for a new one in years`() throws
    {
        try DeviceAuthenticator(key: "secret key", isEnabled: true)
            .check(authorization: token, deviceID: device, clientID: "uuid-1", now: 1_900_000_000)
    }

    @Test(
        arguments: [
            (nil, DeviceAuthenticator.Refusal.missing), ("", .missing), ("Bearer ", .missing),
            ("Bearer test-token", .malformed),
            ("x.99999999999999999999", .malformed), ("x.-1", .malformed), (".", .malformed), ("x.1700000000", .forged),
            ("lurhRfl3oPQTJ0ta5Mhk59RYyTGYg5vuXfQm_C__vdA.1700000001", .forged),
            ("lurhRfl3oPQTJ0ta5Mhk59RYyTGYg5vuXfQm_C__vdB.1700000000", .forged),
        ] as [(String?, DeviceAuthenticator.Refusal)])
    func `a bad token is refused`(authorization: String?, refusal: DeviceAuthenticator.Refusal) {
        #expect(throws: refusal) {
            try authenticator.check(
                authorization: authorization, deviceID: device, clientID: "uuid-1", now: 1_700_000_000)
        }
    }

    @Test func `ids count as sent, case included`() {
        #expect(throws: DeviceAuthenticator.Refusal.forged) {
            try authenticator.check(
                authorization: token, deviceID: device.lowercased(), clientID: "uuid-1", now: 1_700_000_000)
        }
    }

    @Test func `an allowed device needs no token and gets none`() throws {
        try authenticator.check(authorization: nil, deviceID: "friend", clientID: "", now: 0)
        #expect(authenticator.mint(deviceID: "friend", clientID: "", now: 0) == "")
    }

    @Test func `without authentication any token passes`() throws {
        try DeviceAuthenticator(key: "k").check(
            authorization: "Bearer test-token", deviceID: device, clientID: "", now: 0)
    }
}
