"""Writes the inputs of this folder and what they hold (expected.json), with pyarrow and Polars: python3 make.py"""
import json
import pyarrow as pa, pyarrow.feather, polars as pl, numpy as np, datetime as dt, os, decimal
out = os.path.dirname(os.path.abspath(__file__))
expected = {}
n=7
ints={'i8':'int8','i16':'int16','i32':'int32','i64':'int64','u8':'uint8','u16':'uint16','u32':'uint32','u64':'uint64'}
def numbers(nulls):
    d={}
    for k,v in ints.items():
        a=(np.arange(n)*3+1).astype(v); d[k]=pa.array(a, mask=(np.arange(n)%3==1) if nulls else None)
    d['f32']=pa.array((np.arange(n)/4-0.5).astype('f4'), mask=(np.arange(n)%3==2) if nulls else None)
    d['f64']=pa.array(np.arange(n)/8-0.5, mask=(np.arange(n)==0) if nulls else None)
    d['bool']=pa.array(np.arange(n)%2==0, mask=(np.arange(n)==3) if nulls else None)
    return d
def file(name,t,chunk,stream=False,**o):
    opt=pa.ipc.IpcWriteOptions(**o)
    w=(pa.ipc.new_stream if stream else pa.ipc.new_file)(f'{out}/{name}',t.schema,options=opt)
    w.write_table(t,max_chunksize=chunk); w.close()
plain=pa.table(numbers(False)); nulls=pa.table(numbers(True))
file('pyarrow_numbers.arrow',plain,3); file('pyarrow_numbers.arrows',plain,3,True)
file('pyarrow_nulls.arrow',nulls,3)
file('pyarrow_legacy.arrows',plain,3,True,use_legacy_format=True)
file('pyarrow_v4.arrow',plain,3,metadata_version=pa.ipc.MetadataVersion.V4)
file('pyarrow_zstd.arrow',plain,3,compression='zstd'); file('pyarrow_lz4.arrows',plain,3,True,compression='lz4')
file('pyarrow_nulls_lz4.arrow',nulls,3,compression='lz4'); file('pyarrow_nulls_zstd.arrows',nulls,3,True,compression='zstd')
f=np.arange(n*3,dtype='f4')/2
fsl=pa.FixedSizeListArray.from_arrays(pa.array(f),3)
fslc=pa.FixedSizeListArray.from_arrays(pa.array(f,mask=np.arange(n*3)%5==1),3)
fsln=pa.array([None if i==2 else [float(i),float(i)+.5,float(i)+.25] for i in range(n)],pa.list_(pa.float32(),3))
fslb=pa.FixedSizeListArray.from_arrays(pa.array(np.arange(n*3)%3==0),3)
t=pa.table({'list':fsl,'child_nulls':fslc,'list_nulls':fsln,'bits':fslb})
file('pyarrow_lists.arrow',t,4); file('pyarrow_lists_lz4.arrow',t,4,compression='lz4')
# long enough that buffers shrink: below, pyarrow stores them as they are (-1)
m=240
long=pa.table({'i':pa.array(np.arange(m)//7),'x':pa.array((np.arange(m)%50/8).astype('f4'),mask=np.arange(m)%9==4),'b':pa.array(np.arange(m)%3==0),'noise':pa.array((np.arange(m,dtype='u8')*np.uint64(11400714819323198485)).astype('u4'))})
file('pyarrow_long_lz4.arrow',long,160,compression='lz4'); file('pyarrow_long_zstd.arrow',long,160,compression='zstd')
file('pyarrow_long_lz4.arrows',long,160,True,compression='lz4')
pa.feather.write_feather(long,f'{out}/pyarrow_feather.arrow')
# every type around two numeric columns
z=pa.array([None]*n)
dic=pa.array(['a','b','a',None,'c','a','b']).dictionary_encode()
ree=pa.RunEndEncodedArray.from_arrays(pa.array([3,7],pa.int32()),pa.array(['x','y']))
un=pa.UnionArray.from_dense(pa.array([0,1,0,1,0,1,0],pa.int8()),pa.array([0,0,1,1,2,2,3],pa.int32()),[pa.array([1,2,3,4]),pa.array(['u','v','w'])])
us=pa.UnionArray.from_sparse(pa.array([0,1,0,1,0,1,0],pa.int8()),[pa.array(range(n)),pa.array(list('abcdefg'))])
cols={'first':pa.array(np.arange(n,dtype='i8')),'utf8':pa.array(['one',None,'three','','five','six','seven']),
'large_utf8':pa.array(list('abcdefg'),pa.large_string()),'binary':pa.array([b'x']*n),'fsb':pa.array([b'xyz']*n,pa.binary(3)),
'utf8_view':pa.array(['short','a string that is longer than twelve bytes']*3+['z'],pa.string_view()),
'struct':pa.array([{'a':i,'b':str(i)} for i in range(n)]),'list':pa.array([[1,2],[],None,[3],[4],[5,6,7],[8]]),
'large_list':pa.array([[1.5]]*n,pa.large_list(pa.float64())),'list_view':pa.array([[1],[2,3]]*3+[[4]],pa.list_view(pa.int16())),
'map':pa.array([[('k',1)]]*n,pa.map_(pa.string(),pa.int32())),'null':z,'dictionary':dic,'ree':ree,'dense_union':un,'sparse_union':us,
'decimal':pa.array([decimal.Decimal('1.25')]*n,pa.decimal128(10,2)),'half':pa.array(np.arange(n,dtype='f2')),
'interval':pa.array([pa.MonthDayNano([1,2,3])]*n),
'date32':pa.array([dt.date(1970,1,1)+dt.timedelta(days=i) for i in range(n)]),'date64':pa.array([86400000*i for i in range(n)],pa.date64()),
'time32':pa.array(range(n),pa.time32('s')),'time64':pa.array(range(n),pa.time64('ns')),
'timestamp':pa.array([i*1000 for i in range(n)],pa.timestamp('us','UTC')),'duration':pa.array(range(n),pa.duration('ms')),
'nested_lists':pa.array([[[1,2],[3,4]]]*n,pa.list_(pa.list_(pa.int32(),2),2)),
'last':pa.array(np.arange(n)/2)}
t=pa.table(cols)
file('pyarrow_all_types.arrow',t,4); file('pyarrow_all_types.arrows',t,4,True)
file('pyarrow_empty.arrow',plain.slice(0,0),3)
s=pa.schema([('x',pa.float32()),('y',pa.int64())])
w=pa.ipc.new_file(f'{out}/pyarrow_empty_batches.arrow',s)
for k in (0,2,0,3,0): w.write_batch(pa.record_batch([pa.array(np.arange(k,dtype='f4')),pa.array(np.arange(k))],schema=s))
w.close()
p=pl.DataFrame({k:v.to_numpy(zero_copy_only=False) for k,v in numbers(False).items()})
p.write_ipc(f'{out}/polars_numbers.arrow',compression='uncompressed'); p.write_ipc_stream(f'{out}/polars_numbers.arrows',compression='uncompressed')
pn=pl.DataFrame({'f32':pl.Series([0.5,None,1.5,None,2.5],dtype=pl.Float32),'i64':[1,None,3,4,5],'name':['a','b',None,'d','e'],'cat':pl.Series(['x','y','x','y','x'],dtype=pl.Categorical),'vec':pl.Series([[1,2],[3,4],[5,6],None,[9,10]],dtype=pl.Array(pl.Int16,2))})
pn.write_ipc(f'{out}/polars_nulls.arrow',compression='uncompressed')
pn.write_ipc(f'{out}/polars_nulls_lz4.arrow',compression='lz4'); p.write_ipc(f'{out}/polars_numbers_zstd.arrow',compression='zstd')

COMPUTABLE = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_float16, pa.types.is_float32, pa.types.is_float64, pa.types.is_temporal)
def computable(t):
    if pa.types.is_interval(t): return False
    if pa.types.is_fixed_size_list(t): return not pa.types.is_fixed_size_list(t.value_type) and computable(t.value_type)
    return any(test(t) for test in COMPUTABLE)
def values(column):
    t = column.type
    if pa.types.is_temporal(t):
        column = column.cast(pa.int32() if t.bit_width == 32 else pa.int64())
    return column.to_pylist()
for name in sorted(os.listdir(out)):
    if '.arrow' not in name: continue
    opened = pa.ipc.open_stream if name.endswith('s') else pa.ipc.open_file
    table = opened(f'{out}/{name}').read_all()
    expected[name] = {'rows': table.num_rows,
        'columns': {f.name: values(table[f.name]) for f in table.schema if computable(f.type)},
        'others': [f.name for f in table.schema if not computable(f.type)]}
json.dump(expected, open(f'{out}/expected.json', 'w'), indent=1)
