import Foundation
import Grading

/// Who gets on with whom: every student's client with every student's server.
struct GridReport: Codable, Sendable {
    /// The version of the format.
    var version = 1
    /// The lab's number and name.
    let lab: Int
    let name: String
    /// When the last pair had met.
    let date: Date
    /// What the two of a pair do together, in order.
    let encounters: [Encounter]
    /// The rows.
    let clients: [Participant]
    /// The columns.
    let servers: [Participant]
    /// Row by row.
    let cells: [Cell]

    struct Encounter: Codable, Sendable {
        let id, title: String
    }

    struct Participant: Codable, Sendable {
        let name: String
        /// Why there is no program, if there is none.
        let problem: String?
    }

    struct Cell: Codable, Sendable {
        let client, server: String
        /// In the order of the encounters; none where one of the two has no program.
        let results: [Outcome]

        /// What the encounters say together: the worst of them.
        var status: Verdict {
            for verdict in [Verdict.graderError, .failed, .unsolved, .notRun] where results.contains(where: { $0.status == verdict }) {
                return verdict
            }
            return results.isEmpty ? .notRun : .passed
        }
        /// The first that did not pass.
        var trouble: Outcome? { results.first { $0.status != .passed } }
    }

    struct Outcome: Codable, Sendable {
        let encounter: String
        let status: Verdict
        let message: String?
    }

    /// What stands in a row and a column.
    func cell(_ row: Int, _ column: Int) -> Cell { cells[row * servers.count + column] }

    /// `12 of 16 pairs get on`
    var summary: String {
        let tried = cells.count { !$0.results.isEmpty }
        return "\(cells.count { $0.status == .passed }) of \(tried) \(tried == 1 ? "pair gets" : "pairs get") on"
    }
}

/// The same trouble with several partners: who is alike in it is likely to be the cause of it.
struct GridTrouble {
    let encounter: String
    let message: String
    let status: Verdict
    let clients, servers: [String]

    /// Whom it is about: `server grace, with every client`.
    func words(in report: GridReport) -> String {
        func list(_ names: [String], of all: [GridReport.Participant], _ role: String) -> String {
            names.count == all.count && names.count > 1
                ? "every \(role)" : "\(role)\(names.count == 1 ? "" : "s") \(names.map { oneLine($0) }.joined(separator: ", "))"
        }
        let (client, server) = (list(clients, of: report.clients, "client"), list(servers, of: report.servers, "server"))
        return servers.count == 1 && clients.count > 1 ? "\(server), with \(client)" : "\(client), with \(server)"
    }
}

extension GridReport {
    /// Every trouble once: by servers if several clients have it with one, else by clients.
    var troubles: [GridTrouble] {
        struct Key: Hashable { let name, encounter, line: String }
        func grouped(_ cells: [Cell], by name: (Cell) -> String) -> [[Cell]] {
            var (order, groups) = ([Key](), [Key: [Cell]]())
            for cell in cells {
                guard let trouble = cell.trouble else { continue }
                let key = Key(name: name(cell), encounter: trouble.encounter, line: pattern(firstLine(trouble.message ?? "")))
                if groups[key] == nil { order.append(key) }
                groups[key, default: []].append(cell)
            }
            return order.compactMap { groups[$0] }
        }
        let byServer = grouped(cells, by: \.server)
        let byClient = grouped(byServer.filter { $0.count == 1 }.flatMap { $0 }, by: \.client)
        return (byServer.filter { $0.count > 1 } + byClient).compactMap { group in
            group.first?.trouble.map { trouble in
                GridTrouble(
                    encounter: trouble.encounter, message: trouble.message ?? "no reason given", status: trouble.status,
                    clients: unique(group.map(\.client)), servers: unique(group.map(\.server)))
            }
        }
    }

    /// A line without its numbers: ports and times are others in every pair.
    private func pattern(_ line: String) -> String { String(line.map { $0.isNumber ? "0" : $0 }) }

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
