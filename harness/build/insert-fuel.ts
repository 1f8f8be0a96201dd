/** Names that begin like this are not the author's. */
export const FUEL_PREFIX = '__autoresearch';
