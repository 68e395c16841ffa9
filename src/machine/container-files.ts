import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Container } from '../model/process.ts';
import { sanitize } from '../text/text.ts';

const MOST_BYTES = 16 << 20;
const MOST_CONTAINERS = 4096;
/** A container whose files are not there yet is looked for again. */
const AGAIN_NS = 5e9;

type Named = Pick<Container, 'name' | 'image' | 'imageId'>;

const DOCKER = ['var/lib/docker', 'var/snap/docker/common/var-lib-docker'];
const TASKS = [
  'run/containerd/io.containerd.runtime.v2.task',
  'run/k3s/containerd/io.containerd.runtime.v2.task',
];
/** CRI-O's, by id. */
const BUNDLES = 'run/containers/storage/overlay-containers';
const STORAGE = 'var/lib/containers/storage/overlay-containers/containers.json';

/** Names and images of containers, out of the files that their runtimes keep: no daemon is asked. */
export class ContainerFiles {
  private readonly known = new Map<string, { named: Named | null; readNs: number }>();

  constructor(
    private readonly nowNs: () => number,
    /** Where the file system begins. */
    private readonly root = '/',
  ) {}

  /** The container with its name and image, where they can be found. */
  name(container: Container): Container {
    if (container.id === null) return container;
    return { ...container, ...this.find(container.id) };
  }

  private find(id: string): Named | null {
    const known = this.known.get(id);
    const nowNs = this.nowNs();
    if (known && (known.named || nowNs - known.readNs < AGAIN_NS)) return known.named;
    const named = this.docker(id) ?? this.containerd(id) ?? this.crio(id) ?? this.storage(id);
    if (this.known.size >= MOST_CONTAINERS) this.known.clear();
    this.known.set(id, { named, readNs: nowNs });
    return named;
  }

  private docker(id: string): Named | null {
    for (const folder of DOCKER) {
      const file = record(readJson(join(this.root, folder, 'containers', id, 'config.v2.json')));
      const config = record(file?.Config);
      const name = podName(record(config?.Labels)) ?? text(file?.Name)?.replace(/^\//, '');
      if (name) return { name, image: text(config?.Image), imageId: text(file?.Image) };
    }
    return null;
  }

  private containerd(id: string): Named | null {
    for (const tasks of TASKS) {
      for (const namespace of folders(join(this.root, tasks))) {
        const file = record(readJson(join(this.root, tasks, namespace, id, 'config.json')));
        const notes = record(file?.annotations);
        if (notes) return ofAnnotations(notes);
      }
    }
    return null;
  }

  private crio(id: string): Named | null {
    const file = record(readJson(join(this.root, BUNDLES, id, 'userdata/config.json')));
    const notes = record(file?.annotations);
    const name = podName(notes);
    const note = (key: string) => text(notes?.[`io.kubernetes.cri-o.${key}`]);
    return name ? { name, image: note('ImageName'), imageId: note('Image') } : null;
  }

  /** Podman: one file for all. */
  private storage(id: string): Named | null {
    const all = readJson(join(this.root, STORAGE));
    const found = Array.isArray(all) && all.map(record).find((one) => one?.id === id);
    return found ? ofStorage(found) : null;
  }
}

/** namespace/pod/container, from the labels that the kubelet gives each container. */
function podName(labels: Record<string, unknown> | undefined): string | null {
  const keys = ['pod.namespace', 'pod.name', 'container.name'];
  const parts = keys.map((key) => text(labels?.[`io.kubernetes.${key}`]));
  return parts.filter(Boolean).join('/') || null;
}

function ofAnnotations(notes: Record<string, unknown>): Named | null {
  const cri = (name: string) => text(notes[`io.kubernetes.cri.${name}`]);
  const parts = [cri('sandbox-namespace'), cri('sandbox-name'), cri('container-name')];
  const name = parts.filter(Boolean).join('/') || text(notes['nerdctl/name']);
  return name ? { name, image: cri('image-name'), imageId: null } : null;
}

function ofStorage(found: Record<string, unknown>): Named | null {
  const about = typeof found.metadata === 'string' ? record(parseJson(found.metadata)) : undefined;
  const name = text(Array.isArray(found.names) ? found.names[0] : null) ?? text(about?.name);
  return name ? { name, image: text(about?.['image-name']), imageId: text(found.image) } : null;
}

/** A file that another program wrote, if it is a file of a sane size with JSON in it; else null. */
function readJson(path: string): unknown {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MOST_BYTES) return null;
    return parseJson(readFileSync(file, 'utf8'));
  } catch {
    return null;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

const MOST_CHARACTERS = 500;

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? sanitize(value.slice(0, MOST_CHARACTERS)) : null;
}

function folders(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
