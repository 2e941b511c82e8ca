/// The one of the names that is nearest to a mistyped one, if any is near enough to have been meant.
func nearest(to text: String, among names: [String]) -> String? {
    let candidates = names.map { (name: $0, distance: editDistance(text, $0)) }
    guard let best = candidates.min(by: { $0.distance < $1.distance }), best.distance <= (text.count + 1) / 3, text.count > 1 else {
        return text.count >= 2 ? names.first { $0.hasPrefix(text) } : nil
    }
    return best.name
}

/// How many characters must be put in, taken out, changed, or swapped with their neighbour to turn one word into the other.
func editDistance(_ one: String, _ other: String) -> Int {
    let (a, b) = (Array(one), Array(other))
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
