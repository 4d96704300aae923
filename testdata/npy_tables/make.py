"""Writes the inputs of this folder and what they hold (expected.json), with NumPy: python3 make.py"""
import json, os
import numpy as np

out = os.path.dirname(os.path.abspath(__file__))
n = 23
rows = np.arange(n)
arrays = {
    'vector': (rows / 4).astype('<f4'),
    'bools': rows % 3 == 0,
    'integers': rows.astype('<i8') * 2**40,
    'big_endian': (rows * 257).astype('>i4'),
    'halves': (rows / 8).astype('<f2'),
    'matrix': (np.arange(n * 3).reshape(n, 3) / 2).astype('<f8'),
    'fortran': np.asfortranarray(np.arange(n * 5).reshape(n, 5).astype('<u2')),
    'fortran_big_endian': np.asfortranarray(np.arange(n * 5).reshape(n, 5).astype('>f8')),
    'three_axes': np.arange(n * 6).reshape(n, 2, 3).astype('u1'),
    'empty': np.zeros((0, 4), '<f4'),
}
structure = np.zeros(n, dtype=[('id', '<i8'), ('flag', '?'), ('xs', '<f4', (3,)), ('be', '>u2'), ("it's", '<f2')])
structure['id'], structure['flag'], structure['be'] = rows * 3 - 7, rows % 2 == 1, rows + 300
structure['xs'] = np.arange(n * 3).reshape(n, 3) / 4
structure["it's"] = rows / 2
aligned = np.zeros(n, dtype=np.dtype([('a', 'i1'), ('b', '<f8'), ('c', '<i2')], align=True))
aligned['a'], aligned['b'], aligned['c'] = rows, rows / 7, -rows
arrays |= {'structure': structure, 'aligned': aligned}

def cells(array): return [str(v) if array.dtype.kind in 'iu' and array.dtype.itemsize == 8 else float(v) for v in array.reshape(-1)]
expected = {}
for name, array in arrays.items():
    np.save(f'{out}/{name}.npy', array)
    columns = {name: array} if array.dtype.names is None else {field: array[field] for field in array.dtype.names}
    expected[name] = {'rows': len(array), 'columns': {field: cells(column) for field, column in columns.items()}}
json.dump(expected, open(f'{out}/expected.json', 'w'))

# archives of all arrays whose rows lie together
members = {name: array for name, array in arrays.items() if len(array) == n and not name.startswith('fortran')}
np.savez(f'{out}/stored.npz', **members)
np.savez_compressed(f'{out}/deflated.npz', **members)

# arrays that are read beside some that are not
np.savez(
    f'{out}/mixed.npz',
    names=np.array([f'row {i}' for i in rows]),
    vector=arrays['vector'],
    complex=(rows + 1j * rows).astype('<c16'),
    when=rows.astype('<M8[ns]'),
    fortran=arrays['fortran'],
    objects=np.array([None, 1] * 11 + ['x'], dtype=object),
    matrix=arrays['matrix'],
)
