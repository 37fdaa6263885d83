//! MetInf 1.2 tags, code page 1 (OMA-TS-SyncML_RepPro-V1_2_2 §8); those of 1.1 are the same.

use super::page::{Tag, TagPage, tag_page, tags};

tags! { 1 PAGE:
    ANCHOR = 0x05 "Anchor",
    EMI = 0x06 "EMI",
    FORMAT = 0x07 "Format",
    FREE_ID = 0x08 "FreeID",
    FREE_MEM = 0x09 "FreeMem",
    LAST = 0x0A "Last",
    MARK = 0x0B "Mark",
    MAX_MSG_SIZE = 0x0C "MaxMsgSize",
    MEM = 0x0D "Mem",
    MET_INF = 0x0E "MetInf",
    NEXT = 0x0F "Next",
    NEXT_NONCE = 0x10 "NextNonce",
    SHARED_MEM = 0x11 "SharedMem",
    SIZE = 0x12 "Size",
    TYPE = 0x13 "Type",
    VERSION = 0x14 "Version",
    MAX_OBJ_SIZE = 0x15 "MaxObjSize",
    FIELD_LEVEL = 0x16 "FieldLevel",
}
