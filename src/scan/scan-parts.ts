import { SigsweepError } from '../errors.js';
import { type BytePath, fromLatin1, join, toText } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import { statBelow } from '../files/walk.js';
import type { SeenSignature } from './memory.js';
import type { RunOptions, ScanOptions } from './options.js';
import type { ScanPart } from './part.js';
import { runPart } from './run.js';
import { planIn } from './scan.js';
import { SIGNATURE_FILE } from './signature/signed-module.js';
import { Signed } from './signed.js';
import type { ScanPlan } from './subject.js';
import { findLayout, type Layout, moduleFolder } from './system/layout.js';

/** A scan that is to be shared out. */
export interface PlannedScan {
  /** Absolute path of the web root. */
  readonly root: BytePath;
  readonly plan: ScanPlan;
  /** Bytes of each module's signature file, in the order of the plan's names: roughly as many as files that it lists. */
  readonly weights: readonly number[];
}

/**
 * Finds out what a scan looks at, and reads nothing of it yet.
 * @throws SigsweepError WEB_ROOT_NOT_FOUND, MODULE_NOT_FOUND
 */
export function planScan(options: ScanOptions): PlannedScan {
  const root = webRootOf(findLayout(options));
  const chain = new FolderChain(root);
  try {
    const plan = planIn(chain, options);
    const weights = plan.names.map((name) => {
      const stat = statBelow(chain, join(moduleFolder(name), SIGNATURE_FILE));
      return stat.ok ? stat.size : 0;
    });
    return { root, plan, weights };
  } finally {
    chain.close();
  }
}

/** What of a scan every one of its parts is told alike, so that all judge alike. */
export interface PartsOptions {
  readonly plan: ScanPlan;
  /** The time at which keys and signatures are judged, unless the options name one. */
  readonly now: Date;
  /** The newest trusted signature that was ever seen on a module. @default none is remembered */
  readonly newestSignature?: (module: BytePath) => SeenSignature | null;
}

/**
 * Scans parts of one system, one after the other. All signatures are judged with the first of them, and kept: which files
 * are known, and as what, depends on all modules.
 */
export class PartScanner {
  private readonly layout: Layout;
  private readonly signed = new Signed();
  private place: string | undefined;

  /** @throws SigsweepError WEB_ROOT_NOT_FOUND */
  constructor(
    private readonly options: ScanOptions,
    private readonly parts: PartsOptions,
  ) {
    this.layout = findLayout(options);
  }

  get root(): BytePath {
    return webRootOf(this.layout);
  }

  /**
   * Hashes what these modules list, and searches their folders; with `rest`, in a scan of everything, the rest of the web
   * root too. Nothing of the tree is held open afterwards.
   * @returns a part that counts only if it was not aborted.
   * @throws SigsweepError what a scan throws when it cannot start.
   */
  async scan(
    modules: readonly BytePath[],
    rest: boolean,
    hooks: Pick<RunOptions, 'signal' | 'onProgress'> = {},
  ): Promise<ScanPart> {
    const own = new Set(modules);
    const chain = new FolderChain(this.root);
    try {
      this.requireSameFolder(chain);
      const subject = {
        layout: this.layout,
        chain,
        options: { ...this.options, ...hooks },
        ...this.parts.plan,
        folderOf: moduleFolder,
        ...this.memory(),
      };
      const share = { owns: (name: BytePath) => own.has(name), rest };
      return (await runPart(subject, share, this.signed, this.options.now ?? this.parts.now)).part;
    } finally {
      chain.close();
    }
  }

  /** Where a mount went, what it was mounted on looks empty, and an empty folder clean. */
  private requireSameFolder(chain: FolderChain): void {
    chain.enter(fromLatin1(''));
    const { device, inode } = chain.stat();
    const place = `${device} ${inode}`;
    this.place ??= place;
    if (place !== this.place) {
      throw new SigsweepError(
        'WEB_ROOT_NOT_FOUND',
        `${toText(this.root)} is another folder than before: it was mounted, unmounted or moved during the scan`,
      );
    }
  }

  /** Earlier signatures only: stamps are of the machine that reads. */
  private memory() {
    const { newestSignature } = this.parts;
    if (newestSignature === undefined) return {};
    return { memory: { kind: 'full' as const, recall: () => null, remember: () => undefined, newestSignature } };
  }
}

function webRootOf({ roots }: Layout): BytePath {
  return roots[0] ?? fromLatin1('');
}
