// Given: the same ladder as a picture: SVG 1.1, which browsers, slides and LaTeX take.
import Sockets

/// Where things are, in pixels.
private enum Layout {
    static let width = 960
    static let clientLine = 270
    static let serverLine = 690
    static let margin = 32
    static let header = 92
    static let rowHeight = 44
    /// How far an arrow falls on its way: time goes by, but a capture does not say how much.
    static let slope = 14
    /// The angle of that in degrees.
    static let angle = 1.98
    /// From the top of a row to the beginning of its arrow.
    static let drop = 14
    static let footer = 64
}

extension TextOutput {
    /// All connections below each other.
    mutating func writeSVG(_ connections: [Connection]) throws(SocketError) {
        let heights = connections.map { Layout.header + $0.rows.count * Layout.rowHeight + Layout.footer }
        let height = max(120, heights.reduce(0, +) + Layout.margin)
        write(
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Layout.width)" height="\(height)" viewBox="0 0 \(Layout.width) \(height)" \
            font-family="Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif" font-size="13">
            <title>TCP connections, segment by segment</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            <defs>

            """)
        for (name, ink) in [("tip", "#1f2937"), ("redtip", "#b91c1c")] {
            write("<marker id='\(name)' markerWidth='10' markerHeight='8' refX='9' refY='4' orient='auto'>")
            write("<path d='M0,0 L10,4 L0,8 Z' fill='\(ink)'/></marker>\n")
        }
        write("</defs>\n")
        if connections.isEmpty { writeText(Layout.width / 2, 60, "no TCP connections", "text-anchor='middle' fill='#6b7280'") }
        var top = Layout.margin / 2
        for (connection, height) in zip(connections, heights) {
            try writeSVG(connection, top: top)
            top += height
        }
        write("</svg>\n")
    }

    private mutating func writeSVG(_ connection: Connection, top: Int) throws(SocketError) {
        let first = top + Layout.header
        let bottom = first + connection.rows.count * Layout.rowHeight
        writeHead(x: Layout.clientLine, top: top, role: "client", address: "\(connection.client)")
        writeHead(x: Layout.serverLine, top: top, role: "server", address: "\(connection.server)")
        writeLifeline(of: .client, connection.rows, first: first, bottom: bottom)
        writeLifeline(of: .server, connection.rows, first: first, bottom: bottom)
        for (index, row) in connection.rows.enumerated() {
            writeArrow(row, of: connection, y: first + index * Layout.rowHeight + Layout.drop)
            try flushIfLarge()
        }
        let width = Layout.width - 2 * Layout.margin
        write("<rect x='\(Layout.margin)' y='\(bottom + 14)' width='\(width)' height='30' rx='6' fill='#f3f4f6'/>\n")
        writeText(Layout.width / 2, bottom + 34, connection.summary, "text-anchor='middle' font-weight='600' fill='#1f2937'")
    }

    private mutating func writeHead(x: Int, top: Int, role: String, address: String) {
        write("<rect x='\(x - 120)' y='\(top + 8)' width='240' height='46' rx='8' fill='#eef2ff' stroke='#4f46e5'/>\n")
        writeText(x, top + 27, role, "text-anchor='middle' font-weight='700' fill='#312e81'")
        writeText(x, top + 45, address, "text-anchor='middle' fill='#312e81' font-size='12'")
    }

    /// A lifeline: a bar in the colour of the state, and the state's name wherever it changes.
    private mutating func writeLifeline(of side: Side, _ rows: [Row], first: Int, bottom: Int) {
        let isClient = side == .client
        let x = isClient ? Layout.clientLine : Layout.serverLine
        write("<line x1='\(x)' y1='\(first - 38)' x2='\(x)' y2='\(bottom)' stroke='#9ca3af' stroke-width='2'/>\n")
        // An end's state changes where the segment leaves it, or where it arrives.
        func height(_ index: Int) -> Int {
            first + index * Layout.rowHeight + Layout.drop + (rows[index].from == side ? 0 : Layout.slope)
        }
        let states = rows.map { isClient ? $0.clientState : $0.serverState }
        var index = 0
        while index < states.count {
            let end = states[index...].firstIndex { $0 != states[index] } ?? states.count
            if let state = states[index] {
                let (from, to) = (height(index), end < states.count ? height(end) : bottom)
                let fill = "fill='\(colour(of: state))'"
                write("<rect x='\(x - 4)' y='\(from)' width='8' height='\(to - from)' rx='3' \(fill)/>\n")
                let anchor = "text-anchor='\(isClient ? "end" : "start")'"
                writeText(isClient ? x - 14 : x + 14, from + 5, state.rawValue, "\(anchor) font-size='12' font-weight='600' \(fill)")
            }
            index = end
        }
    }

    private mutating func writeArrow(_ row: Row, of connection: Connection, y: Int) {
        let isBad = row.note != nil || row.tcp.flags.contains(.rst)
        let ink = isBad ? "#b91c1c" : "#1f2937"
        let ends = (client: Layout.clientLine + 8, server: Layout.serverLine - 8)
        let (from, to) = row.from == .client ? (ends.client, ends.server) : (ends.server, ends.client)
        let dash = row.note == .retransmission || row.note == .keepAlive ? " stroke-dasharray='6 4'" : ""
        write("<line x1='\(from)' y1='\(y)' x2='\(to)' y2='\(y + Layout.slope)' stroke='\(ink)' stroke-width='1.6'\(dash)")
        write(" marker-end='url(#\(isBad ? "redtip" : "tip"))'/>\n")
        // The words lie along the arrow.
        let (middle, height) = ((from + to) / 2, y + Layout.slope / 2)
        let turn = "text-anchor='middle' transform='rotate(\(row.from == .client ? "" : "-")\(Layout.angle) \(middle) \(height))'"
        let note = row.note.map { " · \($0.rawValue)" } ?? ""
        writeText(middle, height - 6, row.numbers(in: connection) + note, "\(turn) font-weight='600' font-size='12' fill='\(ink)'")
        if !row.optionText.isEmpty { writeText(middle, height + 13, row.optionText, "\(turn) font-size='10.5' fill='#6b7280'") }
        writeText(Layout.margin, y + 5, "\(row.milliseconds) ms", "font-size='12' fill='#6b7280'")
    }

    private func colour(of state: State) -> String {
        switch state {
        case .listen, .closed: "#6b7280"
        case .synSent, .synReceived: "#b45309"
        case .established: "#15803d"
        case .finWait1, .finWait2, .closing, .timeWait: "#1d4ed8"
        case .closeWait, .lastACK: "#7e22ce"
        }
    }

    private mutating func writeText(_ x: Int, _ y: Int, _ words: String, _ attributes: String) {
        write("<text x='\(x)' y='\(y)' \(attributes)>\(words)</text>\n")
    }
}
