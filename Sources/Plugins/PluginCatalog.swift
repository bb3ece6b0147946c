/// Every plugin of this server. Adding one is its file and a line here.
package enum PluginCatalog {
    package static let all: [any ServerPlugin.Type] = [
        CalculatorPlugin.self,
        CalendarPlugin.self,
        CallDevicePlugin.self,
        ChinaNewsPlugin.self,
        DocumentsPlugin.self,
        HomeAssistantPlugin.self,
        LeavePlugin.self,
        MusicPlugin.self,
        NewsNowPlugin.self,
        RAGFlowPlugin.self,
        RemindersPlugin.self,
        RolePlugin.self,
        WeatherPlugin.self,
        WebSearchPlugin.self,
    ]
}
