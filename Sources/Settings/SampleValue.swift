extension String {
    /// A sample of the reference's configuration that was left as it was (`你的api_key`): counts as unset. For keys, names
    /// and addresses; words for a person or a model may well say 你.
    var isSampleValue: Bool { contains("你") }
}
