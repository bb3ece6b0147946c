/// Every plugin of this server. Adding one is its file and a line here.
package enum PluginCatalog {
    package static let all: [any ServerPlugin.Type] = [
        LeavePlugin.self
    ]
}
