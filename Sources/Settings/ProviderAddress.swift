/// The address of a provider has several names in the reference's blocks. Who writes one of them in their own file means
/// that service: an address of the defaults under another name must not win, or their key goes to a stranger.
enum ProviderAddress {
    private static let names = ["url", "base_url", "api_url"]

    /// - Returns: the defaults without the addresses that `override` replaces under another name.
    static func making(way override: ConfigurationNode, in defaults: ConfigurationNode) -> ConfigurationNode {
        var result = defaults
        for section in ConfigurationSchema.openSections.sorted() {
            for (name, block) in override[section]?.map ?? [:] where names.contains(where: { block.map?[$0] != nil }) {
                guard var sections = result.map, var blocks = sections[section]?.map, var own = blocks[name]?.map else {
                    continue
                }
                for name in names { own[name] = nil }
                blocks[name]?.content = .map(own)
                sections[section]?.content = .map(blocks)
                result.content = .map(sections)
            }
        }
        return result
    }
}
