#!/bin/sh
# Builds the fuzzer of the frame decoder, and runs it for so many seconds: sh Tests/Fuzzing/fuzz-decoder.sh [SECONDS]
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-120}
work=.build/fuzzing
codec=Sources/Solutions/04-binary-codec

swift build -c release --product binary-codec-solution
mkdir -p "$work/corpus"
modules=.build/release
swiftc -O -g -swift-version 6 -parse-as-library -sanitize=fuzzer,address -module-name DecoderFuzzer \
    -I "$modules/Modules" -Xcc -fmodule-map-file="$modules/CLinux.build/module.modulemap" \
    Tests/Fuzzing/DecoderFuzzer.swift "$codec/Frame.swift" "$codec/FrameEncoder.swift" "$codec/FrameDecoder.swift" \
    "$modules"/Sockets.build/*.o "$modules"/LabProgram.build/*.o "$modules"/CLinux.build/*.o \
    -o "$work/decoder-fuzzer"

# A good frame and a bad one to begin with; the fuzzer finds the others.
printf '\007\312\376\272\276\001\000\000\000\002\000\001hi' > "$work/corpus/frame"
printf '\001\312\376\272\276\002' > "$work/corpus/version"
exec "$work/decoder-fuzzer" -max_total_time="$seconds" -max_len=2048 -artifact_prefix="$work/" -print_final_stats=1 \
    -dict=Tests/Fuzzing/frames.dict "$work/corpus"
