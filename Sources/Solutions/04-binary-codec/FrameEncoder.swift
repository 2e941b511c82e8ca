import LabProgram
import Sockets

/// Turns messages into frames, one behind the other.
struct FrameEncoder {
    /// The frames so far, ready to be written.
    private(set) var bytes: [UInt8] = []

    /// Appends the frame of one message.
    ///
    /// - Parameter payload: At most 4,294,967,295 bytes, which is what the length field can say; `Span()` for none.
    mutating func append(type: UInt16, payload: Span<UInt8>) {
        bytes.append(addingCapacity: Frame.headerSize + payload.count) { output in
            output.appendFrame(type: type, payload: payload)
        }
    }

    /// Forgets the first bytes, which have been written; their memory is kept for the frames to come.
    mutating func removeFirst(_ count: Int) {
        if count == bytes.count { bytes.removeAll(keepingCapacity: true) } else { bytes.removeFirst(count) }
    }
}

extension OutputSpan<UInt8> {
    /// Step 1: appends a frame.
    ///
    /// - Precondition: There is room for ``Frame/headerSize`` bytes and the payload.
    @inline(__always)
    mutating func appendFrame(type: UInt16, payload: Span<UInt8>) {
        // step 1 begins
        append(bigEndian: Frame.magic)
        append(Frame.version)
        append(bigEndian: UInt32(payload.count))
        append(bigEndian: type)
        append(payload)
        // step 1 ends
    }

    /// Step 1: appends a number as the network writes it: the byte that weighs most comes first.
    @inline(__always)
    mutating func append(bigEndian number: some FixedWidthInteger) {
        // step 1 begins
        append(count: number.bitWidth / 8) { place in
            UInt8(truncatingIfNeeded: number >> (number.bitWidth - 8 * (place + 1)))
        }
        // step 1 ends
    }
}
