import { useEffect, useState, useSyncExternalStore } from 'react';
import { useGateway } from '../../client/gateway';
import { request } from '../../client/request';
import { uploadFile } from '../../client/upload';
import { GalleryPageDocument } from '../../graphql/generated';
import { useCreateUploadedGenerationMutation } from '../../graphql/hooks';
import { useDesk } from '../frame/project';
import { createUploads, type UploadItem, type Uploads, type UploadSteps } from './uploads';

/** Uploads into the gallery of the open project. They end with the component. */
export function useUploads(shotId: string | undefined): [readonly UploadItem[], Uploads] {
  const { connection } = useGateway();
  const { me, project } = useDesk();
  const { mutateAsync: create } = useCreateUploadedGenerationMutation();
  const steps: UploadSteps = {
    send: (file, { progress, wait, signal }) =>
      uploadFile({
        ...{ connection, file, signal },
        userId: me.id,
        onProgress: (sent, total) => progress(total ? sent / total : 1),
        onWait: wait,
      }),
    add: async (file, location, isAgain) => {
      if (isAgain) {
        const filter = [{ location: { equalTo: location } }];
        const found = await request(connection, GalleryPageDocument, {
          projectId: project.id,
          filter,
          first: 1,
        });
        const [there] = found.generations?.nodes ?? [];
        if (there) return there.id;
      }
      const { addGeneration } = await create({
        input: {
          ...{ projectId: project.id, location },
          type: file.type.startsWith('video/') ? 'video' : 'image',
          name: file.name.replace(/\.[A-Za-z0-9]{1,5}$/, '').slice(0, 200),
          params: { source: 'upload', original_filename: file.name, content_type: file.type },
          ...(shotId ? { shotId, withPosition: true } : {}),
        },
      });
      return addGeneration?.generation?.id ?? '';
    },
  };
  const [uploads] = useState(createUploads);
  useEffect(() => uploads.doBy(steps));
  useEffect(() => () => uploads.stopAll(), [uploads]);
  return [useSyncExternalStore(uploads.watch, uploads.items), uploads];
}
