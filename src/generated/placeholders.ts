// Generated from rules/ by `npm run generate`; do not edit.

/** How to tell what nobody issued: any pattern holds, a run of characters each one above the last, or few different ones. */
export interface PlaceholderRules {
  readonly patterns: readonly RegExp[];
  readonly ascending: number;
  readonly fewerThan: number;
}

export const PLACEHOLDER_IDS: PlaceholderRules = { patterns: [/EXAMPLE/, /SAMPLE|PLACEHOLDER|REDACTED|CHANGEME|INSERT|ACCESSKEY|KEYID|YOURKEY|FOOBAR|TESTING|TESTKEY|FAKEKEY|INVALID|SECRET|NOTREAL|LOCALSTACK/, /(?:FAKE|TEST|DUMM|MOCK|DEMO|STUB|NULL|NONE|FOOB|YOUR|HERE|TODO|REAL|LOCA|MINI|ACCE|AKIA|NOTA|ONLY|FILL|ABCD|EFGH|IJKL|MNOP|QRST|UVWX|WXYZ|(.)\1{3}).*(?:FAKE|TEST|DUMM|MOCK|DEMO|STUB|NULL|NONE|FOOB|YOUR|HERE|TODO|REAL|LOCA|MINI|ACCE|AKIA|NOTA|ONLY|FILL|ABCD|EFGH|IJKL|MNOP|QRST|UVWX|WXYZ|(.)\2{3})/, /(.)\1{6}/, /^(.{1,8})\1+$/], ascending: 7, fewerThan: 6 };

export const PLACEHOLDER_SECRETS: PlaceholderRules = { patterns: [/EXAMPLE/i, /PLACEHOLDER|REDACTED|CHANGEME|CHANGETHIS|ACCESSKEY|SECRETKEY|YOURSECRET|YOURKEY|YOUR_?AWS|FOOBAR|TESTING|TESTKEY|FAKEKEY|INVALID|DUMMYKEY|DUMMYSECRET|NOTREAL|NOTASECRET|LOCALSTACK|THISIS/i, /(?:FAKE|fake|Fake|TEST|test|Test|DUMM|dumm|Dumm|MOCK|mock|Mock|DEMO|demo|Demo|STUB|stub|Stub|NULL|null|Null|NONE|none|None|FOOB|foob|Foob|YOUR|your|Your|HERE|here|Here|TODO|todo|Todo|REAL|real|Real|LOCA|loca|Loca|MINI|mini|Mini|ACCE|acce|Acce|AKIA|akia|Akia|NOTA|nota|Nota|ONLY|only|Only|FILL|fill|Fill|ABCD|abcd|Abcd|EFGH|efgh|Efgh|IJKL|ijkl|Ijkl|MNOP|mnop|Mnop|QRST|qrst|Qrst|UVWX|uvwx|Uvwx|WXYZ|wxyz|Wxyz|(.)\1{3}).{0,32}(?:FAKE|fake|Fake|TEST|test|Test|DUMM|dumm|Dumm|MOCK|mock|Mock|DEMO|demo|Demo|STUB|stub|Stub|NULL|null|Null|NONE|none|None|FOOB|foob|Foob|YOUR|your|Your|HERE|here|Here|TODO|todo|Todo|REAL|real|Real|LOCA|loca|Loca|MINI|mini|Mini|ACCE|acce|Acce|AKIA|akia|Akia|NOTA|nota|Nota|ONLY|only|Only|FILL|fill|Fill|ABCD|abcd|Abcd|EFGH|efgh|Efgh|IJKL|ijkl|Ijkl|MNOP|mnop|Mnop|QRST|qrst|Qrst|UVWX|uvwx|Uvwx|WXYZ|wxyz|Wxyz|(.)\2{3})/, /(.)\1{6}/, /^(.{1,20})\1+$/], ascending: 7, fewerThan: 12 };
