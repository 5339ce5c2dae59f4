import type { Random } from './prng.js';
import { WORDS } from './words.js';

/** A pattern of file names and how often it occurs. `{word}`, `{Class}`, `{package}` and `{hex}` are filled in at random. */
type Pattern = readonly [weight: number, template: string];

/** Folders and kinds in the proportions of real modules: a third each of images and PHP, then scripts, styles, data. */
const MODULE_PATTERNS: readonly Pattern[] = [
  [8, 'views/{word}_{word}.php'],
  [4, 'views/{word}/{word}.php'],
  [5, '{Class}.class.php'],
  [5, 'Api/Rest/{Class}.php'],
  [4, 'functions.inc/{word}_{word}.php'],
  [12, 'vendor/acme/{word}/src/{Class}{Class}.php'],
  [20, 'assets/images/emoji/{word}-{hex}.png'],
  [8, 'assets/images/{word}/{word}-{hex}.png'],
  [12, 'assets/icons/{word}-{hex}.svg'],
  [2, 'assets/images/{word}.gif'],
  [6, 'assets/js/{word}-{word}.js'],
  [3, 'assets/less/{word}-{word}.less'],
  [3, 'assets/css/{word}-{word}.css'],
  [1, 'assets/fonts/{word}-{word}.woff2'],
  [2, 'vendor/acme/{word}/README.md'],
  [1, 'vendor/acme/{word}/composer.json'],
  [2, 'etc/{word}_{word}.xml'],
  // Names as they occur in genuine manifests: blanks, apostrophes, signs, letters outside ASCII.
  [0.2, 'vendor/acme/example code/{word}.php'],
  [0.2, "assets/sounds/{word}'s {word}+{hex}@2x.png"],
  [0.2, 'docs/Übersicht {word}-{hex}.md'],
];

/** `framework` installs most of itself in the web root and a little outside of it. */
const FRAMEWORK_PATTERNS: readonly Pattern[] = [
  [20, 'amp_conf/htdocs/admin/libraries/Composer/vendor/acme/{word}/src/{Class}{Class}.php'],
  [6, 'amp_conf/htdocs/admin/libraries/BMO/{Class}{Class}.class.php'],
  [4, 'amp_conf/htdocs/admin/views/{word}_{word}.php'],
  [3, 'amp_conf/htdocs/admin/helpers/{word}_{word}_helper.php'],
  [30, 'amp_conf/htdocs/admin/images/{word}/{word}-{hex}.png'],
  [12, 'amp_conf/htdocs/admin/assets/images/{word}-{hex}.svg'],
  [10, 'amp_conf/htdocs/admin/assets/js/{word}-{word}.js'],
  [6, 'amp_conf/htdocs/admin/assets/less/{word}/{word}-{hex}.less'],
  [6, 'amp_conf/htdocs/admin/assets/css/{word}-{word}.css'],
  [1, 'amp_conf/agi-bin/{word}_{word}.agi'],
  [0.5, 'amp_conf/bin/{word}_{word}.php'],
  [0.5, 'amp_conf/astetc/{word}_{word}.conf'],
  [0.3, 'amp_conf/moh/{word}_{word}.wav'],
  [0.5, 'amp_conf/sounds/{word}-{word}.wav'],
  [0.5, 'upgrades/2.{hex}/{word}.php'],
  [1, 'utests/{Class}{Class}Test.php'],
];

/** What npm packages are made of; never PHP. */
const PACKAGE_PATTERNS: readonly Pattern[] = [
  [55, '{package}/lib/{word}_{hex}.js'],
  [10, '{package}/node_modules/inherits/{word}-{hex}.js'],
  [8, '{package}/package.json'],
  [6, '{package}/README.md'],
  [6, '{package}/LICENSE'],
  [6, '{package}/dist/{word}-{hex}.map'],
  [5, '{package}/types/{word}-{hex}.ts'],
  [1.5, '{package}/bin/{word}.sh'],
  [1.5, '{package}/build/Release/{word}-{hex}.node'],
];

const PACKAGE_ENDINGS = ['cli', 'core', 'js', 'parser', 'stream', 'types', 'utils'] as const;

const DOTFILE_PATTERNS: readonly Pattern[] = [
  [3, 'vendor/acme/{word}/.gitignore'],
  [2, 'vendor/acme/{word}/.travis.yml'],
  [2, 'vendor/acme/{word}/.editorconfig'],
  [1, 'vendor/acme/{word}/.github/{word}.yml'],
  [3, 'assets/.{word}-{hex}.swp'],
  [1, 'assets/{word}/.eslintrc'],
  [1, 'assets/{word}/.npmignore'],
];

/** Invents paths, each only once per list. */
export class PathMaker {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** `count` paths: the fixed ones, then others as modules have them. */
  ofModule(count: number, fixed: readonly string[]): string[] {
    return this.#make(MODULE_PATTERNS, count, fixed);
  }

  /** `count` paths: the fixed ones, then others as `framework` has them. */
  ofFramework(count: number, fixed: readonly string[]): string[] {
    return this.#make(FRAMEWORK_PATTERNS, count, fixed);
  }

  /** Paths below a `node_modules`. */
  ofPackages(count: number): string[] {
    return this.#make(PACKAGE_PATTERNS, count, []);
  }

  /** Paths in a module that its signer passes over. */
  ofDotfiles(count: number): string[] {
    return this.#make(DOTFILE_PATTERNS, count, []);
  }

  #make(patterns: readonly Pattern[], count: number, fixed: readonly string[]): string[] {
    const all = new Set(fixed);
    const total = patterns.reduce((sum, [weight]) => sum + weight, 0);
    while (all.size < count) {
      all.add(this.#choose(patterns, total).replace(/\{(\w+)\}/g, (_, kind: string) => this.#part(kind)));
    }
    return [...all];
  }

  #choose(patterns: readonly Pattern[], totalWeight: number): string {
    let left = this.#random.fraction() * totalWeight;
    for (const [weight, template] of patterns) {
      left -= weight;
      if (left < 0) return template;
    }
    return '{word}-{hex}.txt';
  }

  #part(kind: string): string {
    if (kind === 'hex') return this.#random.below(0x10000).toString(16).padStart(4, '0');
    const word = this.#random.pick(WORDS);
    if (kind === 'package') return `${word}-${this.#random.pick(PACKAGE_ENDINGS)}`;
    return kind === 'word' ? word : word.charAt(0).toUpperCase() + word.slice(1);
  }
}
