/// A length or a place in a drawing: at most two decimals, whatever the locale.
func coordinate(_ value: Double) -> String {
    let hundredths = Int((abs(value) * 100).rounded())
    let sign = value < 0 && hundredths > 0 ? "-" : ""
    if hundredths % 100 == 0 { return "\(sign)\(hundredths / 100)" }
    let rest = hundredths % 100
    return "\(sign)\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}
