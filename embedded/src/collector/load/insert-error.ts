import { TOO_NESTED } from '../mapping/statements.ts';

/** An INSERT that did not succeed, as far as its answer tells. */
export class InsertError extends Error {
  override readonly name = 'InsertError';
  /** ClickHouse's error code; undefined when there was no answer from it. */
  readonly code: number | undefined;

  constructor(message: string, code: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /**
   * Whether the bytes sent are to blame, so that the same INSERT would fail for ever. Everything else (no connection, no
   * memory, a full disk, a missing table or right) can pass, and the segment waits for that.
   */
  get isDataError(): boolean {
    if (this.code === BAD_ARGUMENTS) return this.message.includes('Invalid protobuf data');
    return this.code !== undefined && DATA_ERRORS.has(this.code);
  }

  /**
   * Whether the bytes sent may be to blame: an answer of ClickHouse's that is about neither its own state nor the statement.
   * Told from a trouble that passes by what other segments do meanwhile.
   */
  get isPerhapsDataError(): boolean {
    return this.code !== undefined && !NEVER_DATA_ERRORS.has(this.code) && !FILE_SYSTEM_ERROR.test(this.message);
  }

  /**
   * Whether this one INSERT needs more memory than one may have, and not the server more than it has: a smaller one will do.
   */
  get isTooLarge(): boolean {
    return this.code === MEMORY_LIMIT_EXCEEDED && this.message.includes('Query memory limit exceeded');
  }

  /** Whether the data hold more nested arrays and maps than this form of the statement follows. */
  get isNestedTooDeep(): boolean {
    return this.code === TOO_NESTED;
  }

  /** Whether nobody listens at ClickHouse's address. */
  get isConnectionRefused(): boolean {
    return this.cause instanceof Error && 'code' in this.cause && this.cause.code === 'ECONNREFUSED';
  }
}

/** Of a query, a user or the whole server, which only the message tells. */
const MEMORY_LIMIT_EXCEEDED = 241;

/** What wrong statements get as well; of data only where the message says so: an AnyValue with two cases at once. */
const BAD_ARGUMENTS = 36;

/**
 * What ClickHouse 26.7 answers to request bodies it can't read or convert. Codes that a wrong statement or table would give
 * as well (type mismatch, bad arguments) are left out: those must not send everything into quarantine.
 */
const DATA_ERRORS: ReadonlySet<number> = new Set([
  6, // CANNOT_PARSE_TEXT
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  32, // ATTEMPT_TO_READ_AFTER_EOF: cut off
  33, // CANNOT_READ_ALL_DATA: a length beyond the end
  69, // ARGUMENT_OUT_OF_BOUND
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  128, // TOO_LARGE_ARRAY_SIZE
  131, // TOO_LARGE_STRING_SIZE
  190, // SIZES_OF_ARRAYS_DONT_MATCH
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  407, // DECIMAL_OVERFLOW
  436, // PROTOBUF_BAD_CAST: an enumeration or boolean the type has no value for
  444, // UNKNOWN_PROTOBUF_FORMAT: the usual one for garbage
  691, // UNKNOWN_ELEMENT_OF_ENUM
]);

/** A disk's troubles come under many codes, 1001 (STD_EXCEPTION) among them, which a body may cause as well. */
const FILE_SYSTEM_ERROR = /filesystem error|No space left on device|Disk quota exceeded|Input\/output error/;

/**
 * What no body can cause: things missing, a table that was changed, rights, limits on the server's side, its disk, and an INSERT that still
 * runs. A body too large for one INSERT's memory is told apart before ({@link InsertError.isTooLarge}).
 */
const NEVER_DATA_ERRORS: ReadonlySet<number> = new Set([
  10, // NOT_FOUND_COLUMN_IN_BLOCK
  16, // NO_SUCH_COLUMN_IN_TABLE
  20, // NUMBER_OF_COLUMNS_DOESNT_MATCH
  46, // UNKNOWN_FUNCTION
  47, // UNKNOWN_IDENTIFIER
  60, // UNKNOWN_TABLE
  62, // SYNTAX_ERROR
  74, // CANNOT_READ_FROM_FILE_DESCRIPTOR
  75, // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  76, // CANNOT_OPEN_FILE
  77, // CANNOT_CLOSE_FILE
  81, // UNKNOWN_DATABASE
  115, // UNKNOWN_SETTING
  159, // TIMEOUT_EXCEEDED
  172, // CANNOT_CREATE_DIRECTORY
  173, // CANNOT_ALLOCATE_MEMORY
  192, // UNKNOWN_USER
  193, // WRONG_PASSWORD
  194, // REQUIRED_PASSWORD
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  204, // CANNOT_FSYNC
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  216, // QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING
  236, // ABORTED
  MEMORY_LIMIT_EXCEEDED,
  242, // TABLE_IS_READ_ONLY
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  394, // QUERY_WAS_CANCELLED
  395, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO: of a view that somebody has put beside ours
  425, // SYSTEM_ERROR
  439, // CANNOT_SCHEDULE_TASK
  497, // ACCESS_DENIED
  516, // AUTHENTICATION_FAILED
]);
