/// Units that can be converted, by dimension.
enum Units {
    enum Dimension: Sendable { case length, mass, volume, speed, temperature }

    struct Unit: Sendable {
        var names: [String]
        var chinese: [String]
        var dimension: Dimension
        /// In the dimension's base unit: metres, grams, litres, metres per second; kelvin by `offset`.
        var factor: Double
        var offset = 0.0
        var english: String { names[0] }
    }

    static let all: [Unit] = [
        Unit(
            names: ["kilometers", "kilometer", "km", "kilometres"], chinese: ["公里", "千米"], dimension: .length,
            factor: 1000),
        Unit(names: ["centimeters", "centimeter", "cm"], chinese: ["厘米", "公分"], dimension: .length, factor: 0.01),
        Unit(names: ["meters", "meter", "metres", "m"], chinese: ["米"], dimension: .length, factor: 1),
        Unit(names: ["miles", "mile"], chinese: ["英里"], dimension: .length, factor: 1609.344),
        Unit(names: ["feet", "foot", "ft"], chinese: ["英尺"], dimension: .length, factor: 0.3048),
        Unit(names: ["inches", "inch"], chinese: ["英寸"], dimension: .length, factor: 0.0254),
        Unit(
            names: ["kilograms", "kilogram", "kilos", "kilo", "kg"], chinese: ["公斤", "千克"], dimension: .mass,
            factor: 1000),
        Unit(names: ["pounds", "pound"], chinese: ["磅"], dimension: .mass, factor: 453.59237),
        Unit(names: ["ounces", "ounce"], chinese: ["盎司"], dimension: .mass, factor: 28.349523125),
        Unit(names: ["grams", "gram"], chinese: ["克"], dimension: .mass, factor: 1),
        Unit(names: ["jin"], chinese: ["斤"], dimension: .mass, factor: 500),
        Unit(names: ["liters", "liter", "litres"], chinese: ["升"], dimension: .volume, factor: 1),
        Unit(names: ["gallons", "gallon"], chinese: ["加仑"], dimension: .volume, factor: 3.785411784),
        Unit(
            names: ["celsius", "centigrade"], chinese: ["摄氏度", "摄氏"], dimension: .temperature, factor: 1, offset: 273.15
        ),
        Unit(
            names: ["fahrenheit"], chinese: ["华氏度", "华氏"], dimension: .temperature, factor: 5 / 9,
            offset: 273.15 - 32 * 5 / 9),
    ]

    /// The words the recognizer listens for.
    static var spoken: [String] {
        [
            "kilometers", "kilometer", "centimeters", "meters", "meter", "miles", "mile", "feet", "foot", "inches",
            "inch",
            "kilograms", "kilos", "pounds", "pound", "ounces", "grams", "liters", "gallons", "celsius", "fahrenheit",
        ]
    }

    /// - Returns: nil when the units measure different things.
    static func convert(_ value: Double, from: Unit, to: Unit) -> Double? {
        guard from.dimension == to.dimension else { return nil }
        return (value * from.factor + from.offset - to.offset) / to.factor
    }
}
