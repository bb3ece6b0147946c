import Gateway
import Settings

/// The secrets of the server itself: configured, or made on first start and kept in `data/`.
struct ServerSecrets: Sendable {
    /// Devices' tokens are made with it.
    let authKey: String
    let ownerToken: String

    /// - Throws: when a secret cannot be made or read.
    init(_ settings: ServerSettings, directory: String) throws {
        authKey = try settings.authKey ?? SecretFile.authKey.loadOrCreate(directory: directory)
        ownerToken = try settings.ownerToken ?? SecretFile.ownerToken.loadOrCreate(directory: directory)
    }

    func authenticator(_ settings: ServerSettings) -> DeviceAuthenticator {
        DeviceAuthenticator(
            key: authKey, isEnabled: settings.isAuthEnabled, allowedDevices: Set(settings.allowedDevices),
            lifetimeSeconds: Int64(settings.tokenLifetime))
    }
}
