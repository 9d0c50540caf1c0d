extension Attribute {
    static func id(_ value: String) -> Attribute { Attribute("id", value) }
    static func `class`(_ value: String) -> Attribute { Attribute("class", value) }
    static func href(_ value: String) -> Attribute { Attribute("href", value) }
    static func name(_ value: String) -> Attribute { Attribute("name", value) }
    static func value(_ value: String) -> Attribute { Attribute("value", value) }
    static func type(_ value: String) -> Attribute { Attribute("type", value) }
    static func `for`(_ value: String) -> Attribute { Attribute("for", value) }
    static func action(_ value: String) -> Attribute { Attribute("action", value) }
    static func method(_ value: String) -> Attribute { Attribute("method", value) }
    static func role(_ value: String) -> Attribute { Attribute("role", value) }
    static func scope(_ value: String) -> Attribute { Attribute("scope", value) }
    static func title(_ value: String) -> Attribute { Attribute("title", value) }
    static func datetime(_ value: String) -> Attribute { Attribute("datetime", value) }
    static func accept(_ value: String) -> Attribute { Attribute("accept", value) }
    static func autocomplete(_ value: String) -> Attribute { Attribute("autocomplete", value) }
    static func min(_ value: String) -> Attribute { Attribute("min", value) }
    static func max(_ value: String) -> Attribute { Attribute("max", value) }
    static func rel(_ value: String) -> Attribute { Attribute("rel", value) }
    static func src(_ value: String) -> Attribute { Attribute("src", value) }
    static func width(_ value: String) -> Attribute { Attribute("width", value) }
    static func height(_ value: String) -> Attribute { Attribute("height", value) }
    static func content(_ value: String) -> Attribute { Attribute("content", value) }
    static func charset(_ value: String) -> Attribute { Attribute("charset", value) }
    static func viewBox(_ value: String) -> Attribute { Attribute("viewBox", value) }
    static func x(_ value: String) -> Attribute { Attribute("x", value) }
    static func y(_ value: String) -> Attribute { Attribute("y", value) }
    static func rows(_ value: String) -> Attribute { Attribute("rows", value) }
    static func media(_ value: String) -> Attribute { Attribute("media", value) }
    static func pattern(_ value: String) -> Attribute { Attribute("pattern", value) }
    static func colspan(_ value: String) -> Attribute { Attribute("colspan", value) }
    static func tabindex(_ value: String) -> Attribute { Attribute("tabindex", value) }
    static func form(_ value: String) -> Attribute { Attribute("form", value) }
    static let checked = Attribute("checked", nil)
    static let disabled = Attribute("disabled", nil)
    static let required = Attribute("required", nil)
    static let selected = Attribute("selected", nil)
    static let open = Attribute("open", nil)
    static let autofocus = Attribute("autofocus", nil)
    static let hidden = Attribute("hidden", nil)
    static let download = Attribute("download", nil)
    /// What assistive technology is told.
    static func aria(_ name: StaticString, _ value: String) -> Attribute { Attribute(name, value) }
    /// What the page's scripts read.
    static func data(_ name: StaticString, _ value: String) -> Attribute { Attribute(name, value) }
}
