/// Compares what somebody claims to know with a secret.
public enum SecretComparison {
    /// Takes as long for a wrong first byte as for a wrong last one.
    public static func isEqual(_ claim: some StringProtocol, _ secret: String) -> Bool {
        guard claim.utf8.count == secret.utf8.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(claim.utf8, secret.utf8) { difference |= a ^ b }
        return difference == 0
    }
}
