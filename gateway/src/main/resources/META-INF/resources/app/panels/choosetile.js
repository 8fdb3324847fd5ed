// A row of a question's tiles, to choose one of them.

import { make } from '../dom.js';
import { t } from '../texts.js';

/** Tiles that are offered; more are a picture of their own. */
const MOST = 24;

/** choose(picture, tile) at once for the first and then for each that is chosen. Resolves to the plan. */
export async function chooseTile(box, subject, choose) {
  const plan = await subject.explain('plan');
  const list = make('div', { class: 'tilestrip', role: 'group', 'aria-label': t('tiles') });
  let count = 0;
  for (const picture of plan.pictures) {
    for (let tile = 0; tile < picture.tiles && count < MOST; tile++, count++) {
      const name = tileName(plan, picture, tile);
      const canvas = make('canvas', { width: 56, height: 56 });
      list.append(make('button', {
        type: 'button', 'aria-pressed': String(count === 0), title: name, 'aria-label': name,
        click: (event) => {
          for (const one of list.children) one.setAttribute('aria-pressed', String(one === event.currentTarget));
          choose(picture.picture, tile);
        },
      }, canvas));
      subject.tile(picture.picture, tile).then((bitmap) => fit(canvas, bitmap), () => {});
    }
  }
  if (count > 1) box.append(list);
  if (count > 0) await choose(plan.pictures[0].picture, 0);
  return plan;
}

export function tileName(plan, picture, tile) {
  const which = plan.pictures.length > 1 ? `${t('pictureN', { n: picture.picture + 1 })}, ` : '';
  return `${which}${tile === 0 && plan.model && picture.tiles > 1 ? t('overview') : picture.tiles > 1 ? t('tileN', { n: tile }) : t('wholePicture')}`;
}

/** Draws a picture into a canvas, as large as its shape lets it be. */
export function fit(canvas, bitmap) {
  const scale = Math.min(canvas.width / bitmap.width, canvas.height / bitmap.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  canvas.getContext('2d').drawImage(bitmap, (canvas.width - w) / 2, (canvas.height - h) / 2, w, h);
}
