<?php
/**
 * Checks modules one after the other, the way FreePBX goes about it: one gpg process for each module.sig, then
 * hash_file() for each file that it lists.
 *
 *     GNUPGHOME=… php module-check.php ROOT WEBROOT      # WEBROOT relative to ROOT
 *
 * Exits 1 when a signature or a file is not good.
 */
declare(strict_types=1);

/** Where the parts of `framework` are installed; null for what is not. */
const FRAMEWORK_FOLDERS = [
    'amp_conf/htdocs/' => '',
    'amp_conf/bin/' => 'var/lib/asterisk/bin/',
    'amp_conf/sbin/' => 'usr/sbin/',
    'amp_conf/agi-bin/' => 'var/lib/asterisk/agi-bin/',
    'amp_conf/sounds/' => 'var/lib/asterisk/sounds/',
    'amp_conf/astetc/' => null,
    'amp_conf/moh/' => null,
    'upgrades/' => null,
];

/** The text that was signed, or null where gpg does not vouch for it. */
function verifiedText(string $signature): ?string
{
    $command = ['gpg', '--batch', '--no-tty', '--quiet', '--status-fd', '3', '--output', '-', '--decrypt', $signature];
    $pipes = [];
    $gpg = proc_open($command, [1 => ['pipe', 'w'], 2 => ['file', '/dev/null', 'w'], 3 => ['pipe', 'w']], $pipes);
    if ($gpg === false) {
        return null;
    }
    $text = stream_get_contents($pipes[1]);
    $status = stream_get_contents($pipes[3]);
    fclose($pipes[1]);
    fclose($pipes[3]);
    $good = proc_close($gpg) === 0
        && preg_match('/^\[GNUPG:\] VALIDSIG /m', $status) === 1
        && preg_match('/^\[GNUPG:\] TRUST_(FULLY|ULTIMATE)/m', $status) === 1;
    return $good ? $text : null;
}

/** Paths and hashes in the signed text. */
function listedFiles(string $text): array
{
    $files = [];
    $listed = false;
    foreach (explode("\n", $text) as $line) {
        if ($line === '[hashes]') {
            $listed = true;
        } elseif ($listed && preg_match('/^(.+) = ([0-9a-f]{64})$/', $line, $parts) === 1) {
            $files[$parts[1]] = $parts[2];
        }
    }
    return $files;
}

/** Where a listed file is installed, below the root; null for one that is not. */
function installedAt(string $webRoot, string $module, string $path): ?string
{
    if ($module === 'framework') {
        foreach (FRAMEWORK_FOLDERS as $from => $to) {
            if (str_starts_with($path, $from)) {
                $rest = substr($path, strlen($from));
                return $to === null ? null : ($to === '' ? "$webRoot/$rest" : "$to$rest");
            }
        }
    }
    return "$webRoot/admin/modules/$module/$path";
}

[, $root, $webRoot] = $argv;
$goodModules = 0;
$goodFiles = 0;
$bad = 0;
foreach (glob("$root/$webRoot/admin/modules/*/module.sig") as $signature) {
    $module = basename(dirname($signature));
    $text = verifiedText($signature);
    if ($text === null) {
        $bad++;
        continue;
    }
    $goodModules++;
    foreach (listedFiles($text) as $path => $expected) {
        $place = installedAt($webRoot, $module, (string) $path);
        if ($place === null) {
            continue;
        }
        if (@hash_file('sha256', "$root/$place") === $expected) {
            $goodFiles++;
        } else {
            $bad++;
        }
    }
}
echo "$goodModules modules good, $goodFiles files good, $bad bad\n";
exit($bad === 0 ? 0 : 1);
