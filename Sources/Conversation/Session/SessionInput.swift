/// What a session does next: the device said something, or somebody else has work for it.
///
/// Both come in one sequence, so that an idle session is one task, and work begins as a child of the session behind
/// whatever the device said before.
public enum SessionInput: Sendable {
    /// `age`: since the frame came from the network.
    case frame(DeviceFrame, age: Duration = .zero)
    /// Runs beside what follows; ends with the session at the latest.
    case work(@Sendable () async -> Void)
}
