import LabProgram
import Sockets

/// Who has been silent for how long: the clients in the order of their last sign of life.
///
/// All have the same time-out, so whoever is heard goes to the end of the list, and whoever is silent longest stands first. No timer for
/// each client, and no sorting: every operation takes a few steps, however many clients there are.
///
/// The list is a ring of links in one array. Link 0 belongs to nobody: it stands before the first and after the last.
struct IdleList {
    /// Where a client stands.
    private struct Link {
        /// The places in the array of those before and after it. Its own: it is in no list.
        var before: Int
        var after: Int
        /// The client's token.
        var token: UInt64 = 0
        /// When it will have been silent for too long.
        var deadline = Deadline.never

        init(alone place: Int) {
            before = place
            after = place
        }
    }

    private var links = [Link(alone: 0)]

    /// The client that is silent longest; nil if there is none.
    var first: (token: UInt64, deadline: Deadline)? {
        // step 5 begins
        // starter: nil
        let place = links[0].after
        return place == 0 ? nil : (links[place].token, links[place].deadline)
        // step 5 ends
    }

    /// Step 5: puts a client into its place by its deadline, wherever it stood before.
    ///
    /// That is the end nearly always, as a client that was just heard has the latest deadline of all; so the search begins there.
    ///
    /// - Parameters:
    ///   - index: The client's own number, 0 and up.
    ///   - deadline: When it will have been silent for too long.
    mutating func insert(_ index: Int, token: UInt64, until deadline: Deadline) {
        // step 5 begins
        let place = index + 1
        while links.count <= place { links.append(Link(alone: links.count)) }
        remove(index)
        var before = links[0].before
        while before != 0, links[before].deadline > deadline { before = links[before].before }
        let after = links[before].after
        links[place].before = before
        links[place].after = after
        links[place].token = token
        links[place].deadline = deadline
        links[before].after = place
        links[after].before = place
        // step 5 ends
    }

    /// Step 5: takes a client out of the list, if it is in it.
    mutating func remove(_ index: Int) {
        // step 5 begins
        // starter: // Nobody is in the list, until step 5.
        let place = index + 1
        guard place < links.count else { return }
        let (before, after) = (links[place].before, links[place].after)
        links[before].after = after
        links[after].before = before
        links[place].before = place
        links[place].after = place
        // step 5 ends
    }
}
