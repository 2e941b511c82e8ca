#!/bin/sh
# Builds a fuzzer, and runs it for so many seconds: sh Tests/Fuzzing/fuzz.sh decoder|capture [SECONDS]
set -eu
cd "$(dirname "$0")/../.."
target=${1:-}
seconds=${2:-120}
work=.build/fuzzing/$target
modules=.build/release
solutions=Sources/Solutions

compile() {
    swiftc -O -g -swift-version 6 -parse-as-library -sanitize=fuzzer,address \
        -I "$work" -I "$modules/Modules" -Xcc -fmodule-map-file="Sources/CLinux/include/module.modulemap" "$@"
}

case $target in
decoder)
    swift build -c release --product binary-codec-solution
    mkdir -p "$work/corpus"
    compile -module-name DecoderFuzzer Tests/Fuzzing/DecoderFuzzer.swift \
        "$solutions/04-binary-codec/Frame.swift" "$solutions/04-binary-codec/FrameEncoder.swift" \
        "$solutions/04-binary-codec/FrameDecoder.swift" \
        "$modules"/Sockets.build/*.o "$modules"/LabProgram.build/*.o "$modules"/CLinux.build/*.o -o "$work/fuzzer"
    # A good frame and a bad one to begin with; the fuzzer finds the others.
    printf '\007\312\376\272\276\001\000\000\000\002\000\001hi' > "$work/corpus/frame"
    printf '\001\312\376\272\276\002' > "$work/corpus/version"
    ;;
capture)
    swift build -c release --product handshake-tracer-solution
    mkdir -p "$work/corpus"
    # The module itself is watched by the fuzzer, too, so it is built for it.
    compile -wmo -c -module-name Capture -emit-module -emit-module-path "$work/Capture.swiftmodule" \
        Sources/Capture/*.swift -o "$work/Capture.o"
    tracer=$solutions/01-handshake-tracer
    compile -module-name CaptureFuzzer Tests/Fuzzing/CaptureFuzzer.swift \
        "$tracer/Tracer.swift" "$tracer/Segment.swift" "$tracer/Headers.swift" "$tracer/Connection.swift" \
        "$tracer/Connections.swift" "$tracer/Trouble.swift" "$work/Capture.o" \
        "$modules"/Sockets.build/*.o "$modules"/LabProgram.build/*.o "$modules"/CLinux.build/*.o -o "$work/fuzzer"
    cp Labs/01-handshake-tracer/captures/*.pcap* "$work/corpus"
    ;;
*)
    echo "usage: sh Tests/Fuzzing/fuzz.sh decoder|capture [SECONDS]" >&2
    exit 64
    ;;
esac

exec "$work/fuzzer" -max_total_time="$seconds" -max_len=4096 -artifact_prefix="$work/" -print_final_stats=1 \
    -dict="Tests/Fuzzing/$target.dict" "$work/corpus"
