/** Words of the field, for names and contents. */
export const WORDS: readonly string[] = (
  'account attendant alert announcement asterisk backup bridge call caller channel codec conference contact context device ' +
  'dialplan directory extension fax feature filter gateway group holiday hotel inbound ivr label language limit line list ' +
  'listen local mailbox manager matrix media member menu message mode music notify option outbound page parking peer phone ' +
  'playback prefix presence prompt queue record register report restore ring route rule schedule screen search secret server ' +
  'sequence setting sip sound speed status system template time tone transfer trunk user voice voicemail wakeup welcome zone'
).split(' ');

/** Names of modules that a FreePBX system is usually made of, besides `framework`, `core` and `ucp`. */
export const MODULE_NAMES: readonly string[] = (
  'announcement api arimanager asteriskinfo backup blacklist bulkhandler calendar callback callforward callrecording ' +
  'callwaiting cdr cel certman cidlookup conferences configedit contactmanager customappsreg dashboard daynight dictate ' +
  'digiumaddoninstaller directory disa donotdisturb extensionsettings fax featurecodeadmin filestore findmefollow firewall ' +
  'hotelwakeup iaxsettings infoservices ivr languages logfiles manager miscapps miscdests missedcall music outroutemsg paging ' +
  'parking phonebook pinsets pm2 presencestate printextensions queueprio queues recordings ringgroups setcid sipsettings ' +
  'soundlang speeddial superfecta synologyactivebackup timeconditions tts ttsengines userman vmblast voicemail weakpasswords ' +
  'webrtc xmpp'
).split(' ');

export const LANGUAGES: readonly string[] =
  'bg_BG de_DE es_ES fr_FR he_IL hu_HU it_IT ja_JP nl_NL pl_PL pt_BR ru_RU sv_SE tr_TR uk_UA zh_CN'.split(' ');
