#!/bin/sh
# Writes the frames of this folder with the LZ4 command line program.
set -eu
cd "$(dirname "$0")"
python3 -c "print(''.join(f'row {i}: {i*i%1013}\n' for i in range(9000)), end='')" > text.tmp
lz4 -9 -f -q -BD -B4 -BX --content-size text.tmp linked_checked.lz4
lz4 -f -q -BD -B4 --no-frame-crc text.tmp linked.lz4
lz4 -9 -f -q -B4 -BX text.tmp independent_checked.lz4
lz4 -9 -f -q -B5 --content-size --no-frame-crc text.tmp one_block.lz4
rm text.tmp
