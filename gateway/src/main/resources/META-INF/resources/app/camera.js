// A photograph from the device's camera, in a dialog of its own. The camera is let go of as soon as the dialog closes.

import { make } from './dom.js';
import { t } from './texts.js';

/** Opens the camera; take(file) with each photograph, refuse(message) where there is none. */
export async function photograph(take, refuse) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false });
  } catch {
    refuse(t('noCamera'));
    return;
  }
  const video = make('video', { autoplay: true, playsInline: true, muted: true, 'aria-label': t('camera') });
  video.srcObject = stream;
  const dialog = make('dialog', { class: 'camera', 'aria-label': t('camera') }, video, make('div', { class: 'buttons' },
    make('button', { type: 'button', class: 'plain', click: () => dialog.close() }, t('close')),
    make('button', { type: 'button', click: () => shoot(video, take, dialog) }, t('shoot'))));
  dialog.addEventListener('close', () => {
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function shoot(video, take, dialog) {
  const canvas = make('canvas', { width: video.videoWidth, height: video.videoHeight });
  canvas.getContext('2d').drawImage(video, 0, 0);
  canvas.toBlob((blob) => {
    take(new File([blob], `photograph-${new Date().toISOString().slice(11, 19).replaceAll(':', '')}.jpg`, { type: 'image/jpeg' }));
    dialog.close();
  }, 'image/jpeg', 0.92);
}
