import koffi from 'koffi';

/**
 * libbpf 1.x and libc, bound by foreign functions. Pointers are opaque; only this folder sees them.
 * Calls are synchronous and belong to one thread (libbpf's print callback is global to the process).
 */
export type Pointer = bigint;

export interface Libbpf {
  open(data: Uint8Array, size: number, options: Uint8Array): Pointer | null;
  load(object: Pointer): number;
  close(object: Pointer): void;
  findProgram(object: Pointer, name: string): Pointer | null;
  nextProgram(object: Pointer, previous: Pointer | null): Pointer | null;
  programName(program: Pointer): string;
  programSection(program: Pointer): string;
  programFd(program: Pointer): number;
  setAutoload(program: Pointer, load: boolean): number;
  setAttachTarget(program: Pointer, fd: number, name: string): number;
  instructions(program: Pointer): Pointer | null;
  instructionCount(program: Pointer): number;
  setType(program: Pointer, type: number): number;
  registerHandler(section: string, type: number, attachType: number, options: Uint8Array): number;
  attach(program: Pointer): Pointer | null;
  attachTracing(program: Pointer): Pointer | null;
  attachKprobe(program: Pointer, name: string, options: Uint8Array): Pointer | null;
  attachKprobeMulti(program: Pointer, pattern: null, options: Uint8Array): Pointer | null;
  attachUprobe(
    program: Pointer,
    pid: number,
    path: string,
    offset: number,
    options: Uint8Array,
  ): Pointer | null;
  loadProgram(
    type: number,
    name: string,
    license: string,
    instructions: Uint8Array,
    count: number,
    options: Uint8Array,
  ): number;
  openRawTracepoint(name: null, program: number): number;
  programInfo(fd: number, info: Uint8Array, size: [number]): number;
  btfById(id: number): number;
  attachIterator(program: Pointer, options: null): Pointer | null;
  attachCgroup(program: Pointer, cgroup: number): Pointer | null;
  createIterator(link: number): number;
  linkFd(link: Pointer): number;
  destroyLink(link: Pointer): number;
  findMap(object: Pointer, name: string): Pointer | null;
  nextMap(object: Pointer, previous: Pointer | null): Pointer | null;
  mapType(map: Pointer): number;
  mapFlags(map: Pointer): number;
  setMapFlags(map: Pointer, flags: number): number;
  mapFd(map: Pointer): number;
  mapKeySize(map: Pointer): number;
  mapValueSize(map: Pointer): number;
  mapMaxEntries(map: Pointer): number;
  setMapMaxEntries(map: Pointer, entries: number): number;
  setAutocreate(map: Pointer, create: boolean): number;
  reuseMap(map: Pointer, fd: number): number;
  initialValue(map: Pointer, size: [number]): Pointer | null;
  lookup(fd: number, key: Uint8Array, value: Uint8Array): number;
  update(fd: number, key: Uint8Array, value: Uint8Array, flags: number): number;
  remove(fd: number, key: Uint8Array): number;
  nextKey(fd: number, key: Uint8Array | null, next: Uint8Array): number;
  lookupAndRemove(fd: number, key: Uint8Array, value: Uint8Array): number;
  lookupBatch(
    fd: number,
    from: Uint8Array | null,
    to: Uint8Array,
    keys: Uint8Array,
    values: Uint8Array,
    count: Uint32Array,
    options: null,
  ): number;
  testRun(fd: number, options: Uint8Array): number;
  possibleCpus(): number;
  setPrint(callback: unknown): unknown;
}

const SIGNATURES: Record<keyof Libbpf, string> = {
  open: 'void *bpf_object__open_mem(const void *buf, size_t size, const void *opts)',
  load: 'int bpf_object__load(void *obj)',
  close: 'void bpf_object__close(void *obj)',
  findProgram: 'void *bpf_object__find_program_by_name(void *obj, const char *name)',
  nextProgram: 'void *bpf_object__next_program(void *obj, void *prev)',
  programName: 'const char *bpf_program__name(void *prog)',
  programSection: 'const char *bpf_program__section_name(void *prog)',
  programFd: 'int bpf_program__fd(void *prog)',
  setAutoload: 'int bpf_program__set_autoload(void *prog, bool autoload)',
  setAttachTarget: 'int bpf_program__set_attach_target(void *prog, int fd, const char *name)',
  instructions: 'void *bpf_program__insns(void *prog)',
  instructionCount: 'size_t bpf_program__insn_cnt(void *prog)',
  setType: 'int bpf_program__set_type(void *prog, int type)',
  registerHandler:
    'int libbpf_register_prog_handler(const char *sec, int type, int attach_type, const void *opts)',
  attach: 'void *bpf_program__attach(void *prog)',
  attachTracing: 'void *bpf_program__attach_trace(void *prog)',
  attachKprobe: 'void *bpf_program__attach_kprobe_opts(void *prog, const char *name, void *opts)',
  attachKprobeMulti:
    'void *bpf_program__attach_kprobe_multi_opts(void *prog, const char *pattern, void *opts)',
  attachUprobe:
    'void *bpf_program__attach_uprobe_opts(void *prog, int pid, const char *path, size_t offset, const void *opts)',
  loadProgram:
    'int bpf_prog_load(int type, const char *name, const char *license, void *insns, size_t count, void *opts)',
  openRawTracepoint: 'int bpf_raw_tracepoint_open(const char *name, int fd)',
  programInfo: 'int bpf_obj_get_info_by_fd(int fd, void *info, _Inout_ uint32_t *size)',
  btfById: 'int bpf_btf_get_fd_by_id(uint32_t id)',
  attachIterator: 'void *bpf_program__attach_iter(void *prog, void *opts)',
  attachCgroup: 'void *bpf_program__attach_cgroup(void *prog, int cgroup_fd)',
  createIterator: 'int bpf_iter_create(int link_fd)',
  linkFd: 'int bpf_link__fd(void *link)',
  destroyLink: 'int bpf_link__destroy(void *link)',
  findMap: 'void *bpf_object__find_map_by_name(void *obj, const char *name)',
  nextMap: 'void *bpf_object__next_map(void *obj, void *prev)',
  mapType: 'int bpf_map__type(void *map)',
  mapFlags: 'uint32_t bpf_map__map_flags(void *map)',
  setMapFlags: 'int bpf_map__set_map_flags(void *map, uint32_t flags)',
  mapFd: 'int bpf_map__fd(void *map)',
  mapKeySize: 'uint32_t bpf_map__key_size(void *map)',
  mapValueSize: 'uint32_t bpf_map__value_size(void *map)',
  mapMaxEntries: 'uint32_t bpf_map__max_entries(void *map)',
  setMapMaxEntries: 'int bpf_map__set_max_entries(void *map, uint32_t entries)',
  setAutocreate: 'int bpf_map__set_autocreate(void *map, bool autocreate)',
  reuseMap: 'int bpf_map__reuse_fd(void *map, int fd)',
  initialValue: 'void *bpf_map__initial_value(void *map, _Out_ size_t *size)',
  lookup: 'int bpf_map_lookup_elem(int fd, const void *key, void *value)',
  update: 'int bpf_map_update_elem(int fd, const void *key, const void *value, uint64_t flags)',
  remove: 'int bpf_map_delete_elem(int fd, const void *key)',
  nextKey: 'int bpf_map_get_next_key(int fd, const void *key, void *next)',
  lookupAndRemove: 'int bpf_map_lookup_and_delete_elem(int fd, const void *key, void *value)',
  lookupBatch:
    'int bpf_map_lookup_batch(int fd, void *in, void *out, void *keys, void *values, void *count, const void *opts)',
  testRun: 'int bpf_prog_test_run_opts(int fd, void *opts)',
  possibleCpus: 'int libbpf_num_possible_cpus()',
  setPrint: 'void *libbpf_set_print(void *fn)',
};

let bound: Libbpf | undefined;

/** Throws an Error when libbpf.so.1 is not installed. Functions are looked up when first called. */
export function libbpf(): Libbpf {
  if (bound) return bound;
  const library = koffi.load('libbpf.so.1');
  const functions: Record<string, unknown> = {};
  for (const [name, signature] of Object.entries(SIGNATURES)) functions[name] = library.func(signature);
  bound = functions as unknown as Libbpf;
  return bound;
}
