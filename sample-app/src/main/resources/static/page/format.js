/** Figures for people. */

/** The seconds of a duration in ISO 8601, such as PT1M2.5S. */
export function seconds(iso) {
  const [, hours = 0, minutes = 0, rest = 0] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(iso) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}

export function duration(value) {
  if (value < 60) {
    return `${value.toFixed(value < 10 ? 1 : 0)} s`;
  }
  return `${Math.floor(value / 60)} min ${Math.floor(value % 60)} s`;
}

export function millis(value) {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

export function megabytes(bytes) {
  return bytes ? `${Math.round(bytes / 1e6)} MB` : '–';
}
