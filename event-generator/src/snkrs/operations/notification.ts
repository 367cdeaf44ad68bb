import { external, process, rpc } from './protocols.ts';

/** Telling shoppers: by push, by mail, or in the app. */
export const NOTIFICATION = {
  'notification.send_confirmation': rpc('notification-service', 'send_confirmation', { latency: { p50: 2, p99: 6 } }),
  'notification.send_loss_notification': rpc('notification-service', 'send_loss_notification', {
    latency: { p50: 64, p99: 140 },
  }),
  'notification.apns.push': external('notification-service', {
    span: 'apns.push',
    backend: 'apns',
    method: 'POST',
    host: 'api.push.apple.com',
    path: '/3/device/{token}',
    latency: { p50: 52, p99: 92 },
    errors: [{ failure: 'push_undelivered', odds: 0.02 }],
  }),
  'notification.ses.send_email': external('notification-service', {
    span: 'ses.send_email',
    backend: 'ses',
    method: 'POST',
    host: 'email.us-east-1.amazonaws.com',
    path: '/v2/email/outbound-emails',
    latency: { p50: 83, p99: 132 },
  }),
  'notification.process_draw_winners': process('notification-service', 'draw_winners', 'notification', {
    latency: { p50: 3, p99: 9 },
  }),
  'notification.process_draw_losers': process('notification-service', 'draw_losers', 'notification', {
    latency: { p50: 3, p99: 9 },
  }),
  'notification.apns.push_batch': external('notification-service', {
    span: 'apns.push_batch',
    backend: 'apns',
    method: 'POST',
    host: 'api.push.apple.com',
    path: '/3/device/{token}',
    latency: { p50: 90, p99: 200 },
  }),
} as const;
