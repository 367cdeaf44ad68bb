/** What shoppers hold in their hands, and how many of 100. */
export const DEVICES = [
  { weight: 34, os: 'iOS', app: true, userAgent: 'SNKRS/7.4.0 (iPhone16,2; iOS 18.5; Scale/3.00)' },
  { weight: 18, os: 'iOS', app: true, userAgent: 'SNKRS/7.3.2 (iPhone14,7; iOS 17.7.2; Scale/3.00)' },
  { weight: 20, os: 'Android', app: true, userAgent: 'SNKRS/7.4.0 (Android 15; SM-S928B; en_US) okhttp/4.12.0' },
  { weight: 9, os: 'Android', app: true, userAgent: 'SNKRS/7.2.1 (Android 14; Pixel 8; en_US) okhttp/4.12.0' },
  {
    weight: 8,
    os: 'macOS',
    app: false,
    userAgent:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  },
  {
    weight: 8,
    os: 'Windows',
    app: false,
    userAgent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  },
  {
    weight: 3,
    os: 'Linux',
    app: false,
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  },
] as const;

/** What bots say they are; a few do not even pretend. */
export const BOT_USER_AGENTS = [
  'SNKRS/6.0.1 (iPhone12,1; iOS 15.0; Scale/2.00)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36',
  'python-requests/2.32.3',
] as const;
