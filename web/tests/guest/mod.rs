//! WebAssembly modules written out by hand, one section at a time: small enough to see all that they do.

/// The parts of a module that differ between tests.
#[derive(Clone, Copy)]
pub(crate) struct Guest {
    /// The module whose functions are imported: `wapc`, or something that a host cannot have.
    pub(crate) from: &'static str,
    /// Instructions of `__guest_call(op_len, req_len) -> i32`.
    pub(crate) call: &'static [u8],
    /// Instructions of `wapc_init()`.
    pub(crate) init: &'static [u8],
    /// Bytes at the beginning of memory.
    pub(crate) data: &'static [u8],
    /// Under which name the memory is exported.
    pub(crate) memory: &'static str,
}

/// What each guest imports, with the index of its type; a function's place is its number.
const IMPORTS: [(&str, u8); 9] = [
    ("__guest_request", 0),
    ("__guest_response", 0),
    ("__guest_error", 0),
    ("__console_log", 0),
    ("__host_call", 2),
    ("__host_response_len", 3),
    ("__host_response", 4),
    ("__host_error_len", 3),
    ("__host_error", 4),
];
const REQUEST: u8 = 0;
const RESPONSE: u8 = 1;
const ERROR: u8 = 2;
const LOG: u8 = 3;
const HOST_CALL: u8 = 4;
const HOST_RESPONSE_LEN: u8 = 5;
const HOST_RESPONSE: u8 = 6;
const HOST_ERROR_LEN: u8 = 7;
const HOST_ERROR: u8 = 8;
const GUEST_CALL: u8 = 9;
const WAPC_INIT: u8 = 10;

const I32_CONST: u8 = 0x41;
const LOCAL_GET: u8 = 0x20;
const CALL: u8 = 0x10;
const UNREACHABLE: u8 = 0x00;
const I32_EQ: u8 = 0x46;
const I32_STORE8: u8 = 0x3a;
const IF: u8 = 0x04;
const ELSE: u8 = 0x05;
const EMPTY: u8 = 0x40;
const END: u8 = 0x0b;
const MEMORY_GROW: u8 = 0x40;
const DROP: u8 = 0x1a;
const I32_ADD: u8 = 0x6a;
/// -1 as an instruction writes it: as an address the last byte of all.
const MINUS_ONE: u8 = 0x7f;

/// `b` as an instruction writes it: a second byte keeps it from being negative.
const LETTER_B: (u8, u8) = (b'b' | 0x80, 0);

const PLAIN: Guest = Guest {
    from: "wapc",
    call: &[I32_CONST, 0, END],
    init: &[END],
    data: &[],
    memory: "memory",
};

/// Answers with the operation's name and the payload, one after the other, from a page it has just added.
#[rustfmt::skip]
pub(crate) const ECHO: Guest = Guest {
    call: &[
        I32_CONST, 1, MEMORY_GROW, 0, DROP,
        // The name goes to 65536, the first byte of the new page; the payload behind it.
        I32_CONST, 0x80, 0x80, 0x04,
        I32_CONST, 0x80, 0x80, 0x04, LOCAL_GET, 0, I32_ADD,
        CALL, REQUEST,
        I32_CONST, 0x80, 0x80, 0x04,
        LOCAL_GET, 0, LOCAL_GET, 1, I32_ADD,
        CALL, RESPONSE,
        I32_CONST, 1, END,
    ],
    ..PLAIN
};

/// Says a sentence and fails.
pub(crate) const REFUSING: Guest = Guest {
    call: &[I32_CONST, 0, I32_CONST, 8, CALL, ERROR, I32_CONST, 0, END],
    data: b"no, sir!",
    ..PLAIN
};

/// Fails without a sentence.
pub(crate) const SULKING: Guest = PLAIN;

/// Succeeds without an answer.
pub(crate) const MUTE: Guest = Guest {
    call: &[I32_CONST, 1, END],
    ..PLAIN
};

/// Overwrites its own answer, then traps, if the payload has four bytes; answers with that place otherwise.
#[rustfmt::skip]
pub(crate) const FRAGILE: Guest = Guest {
    call: &[
        LOCAL_GET, 1, I32_CONST, 4, I32_EQ, IF, EMPTY,
        I32_CONST, 16, I32_CONST, 0, CALL, REQUEST,
        UNREACHABLE,
        END,
        I32_CONST, 0, I32_CONST, 4, CALL, RESPONSE,
        I32_CONST, 1, END,
    ],
    data: b"good",
    ..PLAIN
};

/// Answers with a letter, then changes it.
#[rustfmt::skip]
pub(crate) const MARKING: Guest = Guest {
    call: &[
        I32_CONST, 0, I32_CONST, 1, CALL, RESPONSE,
        I32_CONST, 0, I32_CONST, LETTER_B.0, LETTER_B.1, I32_STORE8, 0, 0,
        I32_CONST, 1, END,
    ],
    data: b"a",
    ..PLAIN
};

/// Does the same and adds 64 MiB to its memory.
#[rustfmt::skip]
pub(crate) const HOARDING: Guest = Guest {
    call: &[
        I32_CONST, 0, I32_CONST, 1, CALL, RESPONSE,
        I32_CONST, 0, I32_CONST, LETTER_B.0, LETTER_B.1, I32_STORE8, 0, 0,
        I32_CONST, 0x80, 0x08, MEMORY_GROW, 0, DROP,
        I32_CONST, 1, END,
    ],
    ..MARKING
};

/// Calls itself until the stack is used up.
pub(crate) const ENDLESS: Guest = Guest {
    call: &[LOCAL_GET, 0, LOCAL_GET, 1, CALL, GUEST_CALL, END],
    ..PLAIN
};

/// Answers with what its start wrote.
pub(crate) const STARTING: Guest = Guest {
    init: &[I32_CONST, 0, I32_CONST, b'!', I32_STORE8, 0, 0, END],
    call: &[
        I32_CONST, 0, I32_CONST, 6, CALL, RESPONSE, I32_CONST, 1, END,
    ],
    data: b"?ready",
    ..PLAIN
};

/// Traps when it is started.
pub(crate) const STILLBORN: Guest = Guest {
    init: &[UNREACHABLE, END],
    ..PLAIN
};

/// Calls its host and answers with the host's answer or error.
#[rustfmt::skip]
pub(crate) const ASKING: Guest = Guest {
    call: &[
        I32_CONST, 0, I32_CONST, 7, I32_CONST, 7, I32_CONST, 5,
        I32_CONST, 12, I32_CONST, 9, I32_CONST, 21, I32_CONST, 7,
        CALL, HOST_CALL, IF, EMPTY,
        I32_CONST, 32, CALL, HOST_RESPONSE,
        I32_CONST, 32, CALL, HOST_RESPONSE_LEN, CALL, RESPONSE,
        ELSE,
        I32_CONST, 32, CALL, HOST_ERROR,
        I32_CONST, 32, CALL, HOST_ERROR_LEN, CALL, RESPONSE,
        END,
        I32_CONST, 1, END,
    ],
    data: b"bindingspaceoperationpayload",
    ..PLAIN
};

/// Calls its host with a payload that ends outside of its memory.
#[rustfmt::skip]
pub(crate) const ASKING_OUTSIDE: Guest = Guest {
    call: &[
        I32_CONST, 0, I32_CONST, 0, I32_CONST, 0, I32_CONST, 0,
        I32_CONST, 0, I32_CONST, 0, I32_CONST, 4, I32_CONST, MINUS_ONE,
        CALL, HOST_CALL, END,
    ],
    ..PLAIN
};

/// Wants its payload written to the end of the address space.
pub(crate) const WRITING_OUTSIDE: Guest = Guest {
    call: &[
        I32_CONST, 0, I32_CONST, MINUS_ONE, CALL, REQUEST, I32_CONST, 1, END,
    ],
    ..PLAIN
};

/// Names an answer that begins inside of its memory and ends outside.
pub(crate) const ANSWERING_OUTSIDE: Guest = Guest {
    call: &[
        I32_CONST, 4, I32_CONST, MINUS_ONE, CALL, RESPONSE, I32_CONST, 1, END,
    ],
    ..PLAIN
};

/// Logs a line and answers with it.
#[rustfmt::skip]
pub(crate) const TALKING: Guest = Guest {
    call: &[
        I32_CONST, 0, I32_CONST, 5, CALL, LOG,
        I32_CONST, 0, I32_CONST, 5, CALL, RESPONSE,
        I32_CONST, 1, END,
    ],
    data: b"hello",
    ..PLAIN
};

/// Imports what waPC does not have.
pub(crate) const FOREIGN: Guest = Guest {
    from: "env",
    ..MUTE
};

/// Hides its memory.
pub(crate) const HIDING: Guest = Guest {
    memory: "hidden",
    ..MUTE
};

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![id];
    bytes.extend(length(content.len()));
    bytes.extend(content);
    bytes
}

/// LEB128.
fn length(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn name(text: &str) -> Vec<u8> {
    [&length(text.len())[..], text.as_bytes()].concat()
}

impl Guest {
    /// The module's bytes.
    pub(crate) fn bytes(self) -> Vec<u8> {
        // Of all imports, then of the start: pairs, pairs with a result, host calls, lengths, places, nothing.
        let i32 = 0x7f;
        let types = [
            &[6][..],
            &[0x60, 2, i32, i32, 0],
            &[0x60, 2, i32, i32, 1, i32],
            &[0x60, 8, i32, i32, i32, i32, i32, i32, i32, i32, 1, i32],
            &[0x60, 0, 1, i32],
            &[0x60, 1, i32, 0],
            &[0x60, 0, 0],
        ]
        .concat();
        let mut imports = vec![9];
        for (function, kind) in IMPORTS {
            imports.extend([name(self.from), name(function), vec![0, kind]].concat());
        }
        let exports = [
            vec![3],
            name(self.memory),
            vec![2, 0],
            name("__guest_call"),
            vec![0, GUEST_CALL],
            name("wapc_init"),
            vec![0, WAPC_INIT],
        ]
        .concat();
        let function = |instructions: &[u8]| {
            let body = [&[0], instructions].concat();
            [&length(body.len())[..], &body].concat()
        };
        let code = [&[2][..], &function(self.call), &function(self.init)].concat();
        let data = [
            &[1, 0, I32_CONST, 0, END][..],
            &length(self.data.len()),
            self.data,
        ]
        .concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &types),
            section(2, &imports),
            section(3, &[2, 1, 5]),
            section(5, &[1, 0, 1]),
            section(7, &exports),
            section(10, &code),
            section(11, &data),
        ]
        .concat()
    }
}
