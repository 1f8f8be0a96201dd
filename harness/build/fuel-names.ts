/** Names that begin like this are not the author's. */
export const RESERVED_PREFIX = '__autoresearch';

/** The counter of steps left, an array of one cell, and the function that ends the call when there are none. */
export const FUEL_CELL = `${RESERVED_PREFIX}_fuel`;
export const FUEL_SPENT = `${RESERVED_PREFIX}_spent`;
